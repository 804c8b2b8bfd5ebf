/**
 * Makes P4Info and entries of the public programs of a p4c checkout and compares them with p4c's, message by message.
 *
 *   npx tsx scripts/corpus-p4info.ts --p4c DIR [--filter REGEX]
 *
 * Ends with 0 when every difference is listed in corpus-p4info-differences.json and still exists, with 1 when not,
 * with 2 on wrong usage and with 3 when there is no checkout.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareP4Info, listP4InfoSamples, type P4InfoOutcome } from './corpus/p4info.ts';
import { isCheckout } from './corpus/programs.ts';

const LIST = fileURLToPath(new URL('corpus-p4info-differences.json', import.meta.url));

/** Programs that are known to differ, with the reason. */
function readList(): ReadonlyMap<string, string> {
  const list: unknown = JSON.parse(readFileSync(LIST, 'utf8'));
  if (typeof list !== 'object' || list === null) throw new Error(`${LIST}: expected an object`);
  return new Map(Object.entries(list).map(([program, reason]) => [program, String(reason)]));
}

function main(): number {
  let options: { readonly p4c?: string; readonly filter?: string };
  try {
    options = parseArgs({ options: { p4c: { type: 'string' }, filter: { type: 'string' } } }).values;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error('usage: npx tsx scripts/corpus-p4info.ts --p4c DIR [--filter REGEX]');
    return 2;
  }
  const checkout = options.p4c ?? process.env['MOOR_P4C'];
  if (checkout === undefined || !isCheckout(checkout)) {
    console.error(
      'name a checkout of p4c with --p4c DIR or MOOR_P4C: git clone --depth 1 https://github.com/p4lang/p4c',
    );
    return 3;
  }
  const filter = new RegExp(options.filter ?? '');
  const outcomes = listP4InfoSamples(checkout)
    .filter(({ name }) => filter.test(name))
    .map(compareP4Info);
  const known = readList();
  let mistakes = 0;
  for (const outcome of outcomes) {
    const { name, difference, entriesDifference } = outcome;
    const shown =
      difference ?? (entriesDifference === undefined ? undefined : `entries: ${entriesDifference}`);
    const reason = known.get(name);
    if (shown !== undefined) console.log(`${name}: ${shown}\n    ${reason ?? 'not listed'}`);
    if (shown !== undefined && reason === undefined) mistakes++;
    if (shown === undefined && reason !== undefined) {
      console.log(`${name}: listed as a difference, but equal: take it off the list`);
      mistakes++;
    }
  }
  for (const architecture of [...new Set(outcomes.map((outcome) => outcome.architecture))].sort()) {
    report(
      architecture,
      outcomes.filter((outcome) => outcome.architecture === architecture),
    );
  }
  return mistakes === 0 ? 0 : 1;
}

function report(architecture: string, outcomes: readonly P4InfoOutcome[]): void {
  const equal = outcomes.filter(({ difference }) => difference === undefined);
  const entries = equal.filter(({ entriesDifference }) => entriesDifference === undefined);
  const percent = Math.floor((equal.length * 10_000) / outcomes.length) / 100;
  console.log(
    `${architecture}: P4Info of ${equal.length} of ${outcomes.length} equal (${percent} %), entries of ${entries.length}`,
  );
}

process.exitCode = main();
