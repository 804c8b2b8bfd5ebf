/**
 * Runs moor's front end over the public programs of a p4c checkout and compares with what p4c says.
 *
 *   npx tsx scripts/corpus.ts --p4c DIR [--kind samples|errors|more|all] [--filter REGEX] [--json FILE]
 *
 * Ends with 0 when every difference is listed in corpus-differences.json and still exists, with 1 when not,
 * with 2 on wrong usage and with 3 when there is no checkout.
 */

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkDifferences, readDifferences } from './corpus/differences.ts';
import { runFrontEnd } from './corpus/front-end.ts';
import { CORPUS_KINDS, type CorpusKind, isCheckout, listPrograms } from './corpus/programs.ts';
import { renderReport, totalsOf } from './corpus/report.ts';
import { judge } from './corpus/verdict.ts';

const USAGE =
  'usage: npx tsx scripts/corpus.ts --p4c DIR [--kind samples|errors|more|all] [--filter REGEX] [--json FILE]';

const MISSING_CHECKOUT = `The corpus is a checkout of p4c, which is not part of moor. Get one with
  git clone --depth 1 https://github.com/p4lang/p4c
and name it with --p4c DIR or the environment variable MOOR_P4C.`;

type Options = {
  readonly checkout: string | undefined;
  readonly kinds: readonly CorpusKind[];
  readonly filter: RegExp;
  readonly json: string | undefined;
};

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      p4c: { type: 'string' },
      kind: { type: 'string', default: 'all' },
      filter: { type: 'string', default: '' },
      json: { type: 'string' },
    },
  });
  const kinds = CORPUS_KINDS.filter((kind) => values.kind === 'all' || values.kind === kind);
  if (kinds.length === 0) throw new Error(`unknown kind '${values.kind}'`);
  return {
    checkout: values.p4c ?? process.env['MOOR_P4C'],
    kinds,
    filter: new RegExp(values.filter),
    json: values.json,
  };
}

function main(): number {
  let options: Options;
  try {
    options = readOptions();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error(USAGE);
    return 2;
  }
  const { checkout, kinds, filter } = options;
  if (checkout === undefined || !isCheckout(checkout)) {
    console.error(MISSING_CHECKOUT);
    return 3;
  }

  const judgements = kinds
    .flatMap((kind) => listPrograms(checkout, kind))
    .filter((program) => filter.test(program.name))
    .map((program) => judge(program, runFrontEnd(program)));
  const differences = readDifferences(fileURLToPath(new URL('corpus-differences.json', import.meta.url)));
  const mistakes = checkDifferences(
    differences,
    judgements,
    (difference) => kinds.includes(difference.kind) && filter.test(difference.program),
  );

  if (options.json !== undefined) {
    const result = { totals: totalsOf(judgements), programs: judgements };
    writeFileSync(options.json, `${JSON.stringify(result, undefined, 2)}\n`);
  }
  for (const line of renderReport(judgements, differences, mistakes)) console.log(line);
  return mistakes.unlisted.length + mistakes.outdated.length + mistakes.unknown.length === 0 ? 0 : 1;
}

process.exitCode = main();
