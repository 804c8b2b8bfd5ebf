/** Files of entries for `moor trace`: STF, or messages of P4Runtime. */

import { readFileSync } from 'node:fs';
import type { Update } from '../p4runtime/gen/p4/v1/p4runtime.ts';
import { decodeWriteRequest, messageFormat } from '../p4runtime/text/index.ts';
import { parseStf, type StfCommand, StfError } from '../switch/stf/parse.ts';
import { describeFailure } from './read-input.ts';
import { UserProblem } from './user-problem.ts';

/** What a file says. */
export type Entries =
  | { readonly kind: 'stf'; readonly commands: readonly StfCommand[] }
  | { readonly kind: 'updates'; readonly updates: readonly Update[] };

/** Lines of a test that set nothing in the switch. */
const NO_STATE: ReadonlySet<StfCommand['kind']> = new Set([
  'packet',
  'expect',
  'wait',
  'noPacket',
  'checkCounter',
  'mirroringGet',
  'counterRead',
  'registerRead',
  'meterRead',
]);

/** Reads a file by its ending. @throws UserProblem with the place of what is wrong. */
export function readEntries(path: string): Entries {
  let contents: Uint8Array;
  try {
    contents = readFileSync(path);
  } catch (problem) {
    throw new UserProblem(`${path}: cannot read it: ${describeFailure(problem)}`);
  }
  const format = messageFormat(path);
  try {
    if (format === undefined) {
      const commands = parseStf(new TextDecoder().decode(contents));
      return { kind: 'stf', commands: commands.filter(({ kind }) => !NO_STATE.has(kind)) };
    }
    return { kind: 'updates', updates: decodeWriteRequest(contents, format).updates };
  } catch (problem) {
    if (problem instanceof StfError) throw new UserProblem(`${path}:${problem.line}: ${problem.message}`);
    const why = problem instanceof Error ? problem.message : String(problem);
    throw new UserProblem(`${path}: no entries of P4Runtime: ${why}`);
  }
}
