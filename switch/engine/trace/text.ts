/** A trace for people. */

import type { Change, PacketTrace, Pass, Step } from './model.ts';

/** How the parts of a trace are marked, such as with colours. */
export type TracePalette = {
  /** The packet, and ingress and egress. */
  readonly title: (text: string) => string;
  readonly hit: (text: string) => string;
  /** A lookup without an entry, and the entry that came nearest. */
  readonly miss: (text: string) => string;
  /** A packet that went lost, an error of the parser. */
  readonly lost: (text: string) => string;
  readonly output: (text: string) => string;
  /** What a step changed. */
  readonly change: (text: string) => string;
};

const same = (text: string) => text;
const PLAIN: TracePalette = {
  title: same,
  hit: same,
  miss: same,
  lost: same,
  output: same,
  change: same,
};

function showChange({ name, before, after }: Change): string {
  if (after === 'valid') return `${name} becomes valid`;
  if (after === 'invalid') return `${name} becomes invalid`;
  return before === '' ? `${name} = ${after}` : `${name}: ${before} → ${after}`;
}

/** Changes in lines; of metadata what never was anything but 0 at the start is no news. */
function showChanges(changes: readonly Change[]): readonly string[] {
  return changes
    .filter(({ before, after }) => !(before === '' && (after === 'invalid' || after === '0x0')))
    .map(showChange);
}

type TableStep = Extract<Step, { kind: 'table' }>;

/** What the entry has that the key does not say already: masks, prefixes, ranges, its priority. */
function entryText({ key, entry, matches = [], priority }: TableStep): string {
  const parts = matches
    .filter((match, index) => match.entry !== key[index]?.value)
    .map((match) => `${match.name} ${match.entry}`);
  if (priority !== undefined) parts.push(`priority ${priority}`);
  return `entry ${entry}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
}

function tableLines(step: TableStep, palette: TracePalette): readonly string[] {
  const key = step.key.map(({ name, value }) => `${name} ${value}`).join(', ');
  const lookup = `table ${step.name}${key === '' ? '' : ` (${key})`}`;
  if (step.hit) return [`${lookup}: ${palette.hit(entryText(step))}`];
  const lines = [`${lookup}: ${palette.miss(`miss, ${step.reason}`)}`];
  if (step.nearest !== undefined) {
    const differs = step.nearest.differs.map(
      ({ name, value, entry }) => `${name} is ${value}, the entry has ${entry}`,
    );
    lines.push(palette.miss(`  nearest is entry ${step.nearest.handle}: ${differs.join('; ')}`));
  }
  return lines;
}

function headline(step: Step, palette: TracePalette): readonly string[] {
  switch (step.kind) {
    case 'state':
      return [`state ${step.name} at byte ${step.offset}`];
    case 'parsed':
      return step.error === 'NoError' ? [] : [palette.lost(`parser error ${step.error}`)];
    case 'table':
      return tableLines(step, palette);
    case 'action': {
      const parameters = step.parameters.map(({ name, value }) => `${name} ${value}`).join(', ');
      return [`action ${step.name}(${parameters})`];
    }
    case 'condition':
      return [`condition ${step.source === '' ? step.name : step.source}: ${step.result}`];
    case 'clone':
      return [`clone to session ${step.session}${step.known ? '' : palette.lost(', which is not set up')}`];
    case 'multicast':
      return [`multicast to group ${step.group}${step.known ? '' : palette.lost(', which is not set up')}`];
    case 'resubmit':
    case 'recirculate':
      return [`${step.kind} with field list ${step.fieldList}`];
    case 'drop':
      return [palette.lost(`dropped: ${step.reason}`)];
    case 'output':
      return [palette.output(`output by port ${step.port}: ${step.bytes}`)];
  }
}

function passLines(pass: Pass, indent: string, palette: TracePalette): readonly string[] {
  const title = pass.kind === 'ingress' ? 'ingress' : `egress to port ${pass.port}`;
  const lines = [`${indent}${palette.title(title)}`];
  for (const step of pass.steps) {
    for (const line of headline(step, palette)) lines.push(`${indent}  ${line}`);
    for (const line of showChanges(step.changes)) lines.push(`${indent}    ${palette.change(line)}`);
  }
  for (const follows of pass.follows) lines.push(...passLines(follows, `${indent}  `, palette));
  return lines;
}

/** A trace as indented lines. */
export function traceText({ port, bytes, pass }: PacketTrace, palette: TracePalette = PLAIN): string {
  const title = `packet of ${bytes.length / 2} bytes on port ${port}: ${bytes}`;
  return [palette.title(title), ...passLines(pass, '  ', palette)].join('\n');
}
