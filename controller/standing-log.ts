/** What is said of switches in the log: each thing once, however often it is tried again. */

import type { Logger } from 'pino';
import type { SwitchStanding } from './switches/index.ts';

/** Remembers what was said of each switch. */
export class StandingLog {
  readonly #log: Logger;
  readonly #said = new Map<string, { readonly text: string; readonly isTrouble: boolean }>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Says how a switch stands, for operators; at level debug what was said before. */
  say(name: string, standing: SwitchStanding): void {
    const text = `switch ${name}: ${describe(standing)}`;
    const isTrouble = standing.kind === 'unreachable' || standing.kind === 'wrong-pipeline';
    const isOnTheWay = standing.kind === 'connecting' || standing.kind === 'reconciling';
    const last = this.#said.get(name);
    const isKnown = isOnTheWay ? last?.isTrouble === true : last?.text === text;
    if (!isOnTheWay) this.#said.set(name, { text, isTrouble });
    this.#log[isKnown ? 'debug' : isTrouble ? 'warn' : 'info']({ switch: name, ...standing }, text);
  }
}

function describe(standing: SwitchStanding): string {
  switch (standing.kind) {
    case 'unreachable': {
      const advice = standing.advice === undefined ? '' : `: ${standing.advice}`;
      return `unreachable: ${standing.message}${advice}; it is tried again until it answers`;
    }
    case 'wrong-pipeline':
      return `wrong-pipeline: ${standing.message}`;
    case 'backup':
      return standing.primary === undefined
        ? 'backup: no controller is primary yet'
        : `backup: another controller is primary, with the election id ${standing.primary}`;
    case 'ready': {
      const { seen, written, dropped, adopted, refused } = standing.lastReconcile;
      const rest = refused.length === 0 ? '' : `, ${refused.length} refused: ${refused[0]}`;
      return `ready: of ${seen} entries ${adopted} were taken over and ${dropped} removed, ${written} were written${rest}`;
    }
    default:
      return standing.kind;
  }
}
