/** A trace for people. */

import type { Change, PacketTrace, Pass, Step } from './model.ts';

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

function headline(step: Step): readonly string[] {
  switch (step.kind) {
    case 'state':
      return [`state ${step.name} at byte ${step.offset}`];
    case 'parsed':
      return step.error === 'NoError' ? [] : [`parser error ${step.error}`];
    case 'table': {
      const key = step.key.map(({ name, value }) => `${name} ${value}`).join(', ');
      const lookup = `table ${step.name}${key === '' ? '' : ` (${key})`}`;
      if (step.hit) return [`${lookup}: entry ${step.entry}`];
      const lines = [`${lookup}: miss, ${step.reason}`];
      if (step.nearest !== undefined) {
        const differs = step.nearest.differs.map(
          ({ name, value, entry }) => `${name} is ${value}, the entry has ${entry}`,
        );
        lines.push(`  nearest is entry ${step.nearest.handle}: ${differs.join('; ')}`);
      }
      return lines;
    }
    case 'action': {
      const parameters = step.parameters.map(({ name, value }) => `${name} ${value}`).join(', ');
      return [`action ${step.name}(${parameters})`];
    }
    case 'condition':
      return [`condition ${step.source === '' ? step.name : step.source}: ${step.result}`];
    case 'clone':
      return [`clone to session ${step.session}${step.known ? '' : ', which is not set up'}`];
    case 'multicast':
      return [`multicast to group ${step.group}${step.known ? '' : ', which is not set up'}`];
    case 'resubmit':
    case 'recirculate':
      return [`${step.kind} with field list ${step.fieldList}`];
    case 'drop':
      return [`dropped: ${step.reason}`];
    case 'output':
      return [`output by port ${step.port}: ${step.bytes}`];
  }
}

function passLines(pass: Pass, indent: string): readonly string[] {
  const title = pass.kind === 'ingress' ? 'ingress' : `egress to port ${pass.port}`;
  const lines = [`${indent}${title}`];
  for (const step of pass.steps) {
    for (const line of headline(step)) lines.push(`${indent}  ${line}`);
    for (const line of showChanges(step.changes)) lines.push(`${indent}    ${line}`);
  }
  for (const follows of pass.follows) lines.push(...passLines(follows, `${indent}  `));
  return lines;
}

/** A trace as indented lines. */
export function traceText({ port, bytes, pass }: PacketTrace): string {
  return [`packet of ${bytes.length / 2} bytes on port ${port}: ${bytes}`, ...passLines(pass, '  ')].join(
    '\n',
  );
}
