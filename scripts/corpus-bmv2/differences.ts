/** The checked-in list of what moor is known not to do with p4c's programs for BMv2, each with its reason. */

import { readFileSync } from 'node:fs';

/** `refused`: it does not compile. `test`: its packet test does not pass. */
export type Bmv2Difference = {
  readonly program: string;
  readonly what: 'refused' | 'test';
  readonly reason: string;
};

/** Reads and checks the list. Throws an Error that says which entry is malformed. */
export function readBmv2Differences(file: string): readonly Bmv2Difference[] {
  const entries: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(entries)) throw new Error(`${file}: expected an array of differences`);
  return entries.map((entry: unknown, index) => {
    const difference = toDifference(entry);
    if (difference === undefined)
      throw new Error(`${file}: entry ${index} needs program, what ('refused' or 'test') and reason`);
    return difference;
  });
}

function toDifference(entry: unknown): Bmv2Difference | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { program, what, reason }: Record<string, unknown> = { ...entry };
  if (typeof program !== 'string' || typeof reason !== 'string' || reason === '') return undefined;
  return what === 'refused' || what === 'test' ? { program, what, reason } : undefined;
}

/** What happened, by program: what went wrong there. */
export type Failures = ReadonlyMap<string, readonly string[]>;

/** Failures that are not listed, and listed ones that did not happen. */
export function compareWithList(
  differences: readonly Bmv2Difference[],
  what: Bmv2Difference['what'],
  ran: ReadonlySet<string>,
  failures: Failures,
): { readonly unlisted: readonly string[]; readonly outdated: readonly string[] } {
  const listed = differences.filter((one) => one.what === what).map((one) => one.program);
  return {
    unlisted: [...failures.keys()].filter((name) => !listed.includes(name)),
    outdated: listed.filter((name) => ran.has(name) && !failures.has(name)),
  };
}
