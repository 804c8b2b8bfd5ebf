/**
 * Compiles the public v1model programs of a p4c checkout for BMv2, and runs the packet tests beside them on a switch.
 *
 *   npx tsx scripts/corpus-bmv2.ts --p4c DIR [--filter REGEX] [--out DIR] [--stf-runner CMD] [--jobs N]
 *
 * CMD is called as `CMD PROGRAM.json TEST.stf` and ends with 0 when the test passes: `moor stf`, or a script around
 * simple_switch. A test that fails is tried twice more, because switches that run beside others are late at times.
 * Ends with 0 when every failure is listed in corpus-bmv2-differences.json and still there, with 1 when not, with 2 on
 * wrong usage and with 3 when there is no checkout.
 */

import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isCheckout } from './corpus/programs.ts';
import { compareWithList, readBmv2Differences } from './corpus-bmv2/differences.ts';
import { type Bmv2Program, listBmv2Programs } from './corpus-bmv2/programs.ts';
import { compileProgram, inParallel, runStf } from './corpus-bmv2/run.ts';

const USAGE =
  'usage: npx tsx scripts/corpus-bmv2.ts --p4c DIR [--filter REGEX] [--out DIR] [--stf-runner CMD] [--jobs N]';

const MISSING_CHECKOUT = `The programs are in a checkout of p4c, which is not part of moor. Get one with
  git clone --depth 1 https://github.com/p4lang/p4c
and name it with --p4c DIR or the environment variable MOOR_P4C.`;

const TRIES = 3;

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) {
    console.error(USAGE);
    return 2;
  }
  const checkout = options.p4c ?? process.env['MOOR_P4C'];
  if (checkout === undefined || !isCheckout(checkout)) {
    console.error(MISSING_CHECKOUT);
    return 3;
  }
  const directory = options.out ?? mkdtempSync(join(tmpdir(), 'moor-bmv2-'));
  mkdirSync(directory, { recursive: true });
  const filter = new RegExp(options.filter);
  const programs = listBmv2Programs(checkout).filter(({ name }) => filter.test(name));
  const differences = readBmv2Differences(
    fileURLToPath(new URL('corpus-bmv2-differences.json', import.meta.url)),
  );
  const reasonOf = (name: string) => differences.find(({ program }) => program === name)?.reason;

  const refused = new Map<string, readonly string[]>();
  const tests: { readonly program: Bmv2Program; readonly json: string; readonly stf: string }[] = [];
  for (const program of programs) {
    const result = compileProgram(program, directory);
    if (result.kind === 'compiled') {
      if (program.stf !== undefined) tests.push({ program, json: result.json, stf: program.stf });
      continue;
    }
    refused.set(program.name, result.messages);
    const alike = program.expectedToFail ? ', as by p4c' : '';
    console.log(`${program.name}: ${result.kind}${alike}: ${result.messages.slice(0, 2).join('; ')}`);
    const reason = reasonOf(program.name);
    if (reason !== undefined) console.log(`    known: ${reason}`);
  }
  const alike = programs.filter(({ name, expectedToFail }) => expectedToFail && refused.has(name)).length;
  console.log(
    `${programs.length} programs: ${programs.length - refused.size} compiled, ${refused.size} not, ${alike} of these as p4c expects`,
  );

  const failed = new Map<string, readonly string[]>();
  const { stfRunner } = options;
  if (stfRunner !== undefined) {
    await inParallel(tests, options.jobs, async ({ program, json, stf }) => {
      for (let count = 0; count < TRIES; count++) if (await runStf(stfRunner, json, stf)) return true;
      failed.set(program.name, []);
      console.log(`${program.name}: its packet test fails`);
      return false;
    });
    console.log(`${tests.length - failed.size} passed, ${failed.size} failed`);
  }

  const all = new Set(programs.map(({ name }) => name));
  const ran = new Set(tests.map(({ program }) => program.name));
  const mistakes = [
    compareWithList(differences, 'refused', all, refused),
    compareWithList(differences, 'test', stfRunner === undefined ? new Set() : ran, failed),
  ];
  for (const name of mistakes.flatMap(({ unlisted }) => unlisted))
    console.log(`${name}: not listed in corpus-bmv2-differences.json`);
  for (const name of mistakes.flatMap(({ outdated }) => outdated))
    console.log(`${name}: listed as a difference, and it works: take it off the list`);
  return mistakes.every(({ unlisted, outdated }) => unlisted.length + outdated.length === 0) ? 0 : 1;
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        p4c: { type: 'string' },
        filter: { type: 'string', default: '' },
        out: { type: 'string' },
        'stf-runner': { type: 'string' },
        jobs: { type: 'string', default: '2' },
      },
    });
    const jobs = Number(values.jobs);
    if (!Number.isInteger(jobs) || jobs < 1)
      throw new Error(`--jobs takes a number from 1, and this is '${values.jobs}'`);
    return { ...values, stfRunner: values['stf-runner'], jobs };
  } catch (problem) {
    console.error(problem instanceof Error ? problem.message : String(problem));
    return undefined;
  }
}

process.exitCode = await main();
