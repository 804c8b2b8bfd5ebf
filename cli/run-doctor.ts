/** The work of `moor doctor`. */

import type { DoctorOptions } from './doctor.ts';
import { EXIT } from './exit-codes.ts';
import { colour } from './palette.ts';

/** `missing` is what moor needs, `absent` what it can do without. */
export type Condition = 'ok' | 'warning' | 'missing' | 'absent';

/** Something that was looked at. */
export type Finding = {
  readonly what: string;
  readonly condition: Condition;
  /** What was found: a version, a state. */
  readonly found: string;
  /** What it is for, or what it means. */
  readonly meaning?: string;
  /** What to do about it. */
  readonly advice?: string;
};

export type Section = { readonly title: string; readonly findings: readonly Finding[] };

const MARKS: Readonly<Record<Condition, readonly [string, (text: string) => string]>> = {
  ok: ['ok', colour(process.stdout, 'green')],
  warning: ['!!', colour(process.stdout, 'yellow')],
  missing: ['NO', colour(process.stdout, 'red')],
  absent: ['--', colour(process.stdout, 'dim')],
};

/** Looks, and says what it sees; gives the exit code. */
export async function runDoctor(options: DoctorOptions): Promise<number> {
  const isOfController = options.config !== undefined || options.controller !== undefined;
  const sections = isOfController
    ? await (await import('./diagnose-controller.ts')).diagnoseController(options)
    : (await import('./diagnose-machine.ts')).diagnoseMachine();
  const found = sections.flatMap(({ findings }) => findings);
  if (options.json === true) process.stdout.write(`${JSON.stringify(sections, undefined, 2)}\n`);
  else {
    for (const section of sections) print(section);
    process.stdout.write(`${conclude(found, isOfController)}\n`);
  }
  if (found.some(({ condition }) => condition === 'missing')) {
    return isOfController ? EXIT.wrongInput : EXIT.environment;
  }
  return EXIT.done;
}

function print({ title, findings }: Section): void {
  process.stdout.write(`${title}\n`);
  const width = Math.max(...findings.map(({ what }) => what.length));
  for (const { what, condition, found, meaning, advice } of findings) {
    const [mark, paint] = MARKS[condition];
    const about = meaning === undefined ? '' : `  (${meaning})`;
    process.stdout.write(`  ${paint(mark)}  ${what.padEnd(width)}  ${found}${about}\n`);
    if (advice !== undefined && condition !== 'ok') process.stdout.write(`        → ${advice}\n`);
  }
  process.stdout.write('\n');
}

function conclude(found: readonly Finding[], isOfController: boolean): string {
  const missing = found.filter(({ condition }) => condition === 'missing').length;
  const warnings = found.filter(({ condition }) => condition === 'warning').length;
  if (missing > 0)
    return isOfController
      ? 'That is why. What to do stands behind the arrows.'
      : 'Moor lacks something here.';
  if (warnings > 0) return 'It works, but for what is marked !!.';
  return isOfController
    ? "Nothing is wrong that can be seen from here. 'moor trace --target' shows what happens to one packet."
    : 'Moor has all that it needs.';
}
