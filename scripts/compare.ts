/**
 * Runs random programs for v1model in the 2×2 {moor, p4c} × {embedded switch, simple_switch}, and compares what comes
 * out, byte for byte.
 *
 *   npm run compare -- --simple-switch PATH [--p4c-bm2-ss PATH] [--programs N] [--packets N] [--seed S] [--out DIR]
 *
 * simple_switch_CLI is expected beside simple_switch. Without p4c-bm2-ss only our JSON runs. The programs that differ
 * stay in DIR. Ends with 0 when all are the same, 1 when not, 2 on wrong usage.
 */

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commandLines } from '../bmv2-tests/compare/command-line.ts';
import { compareProgram, type Peers } from '../bmv2-tests/compare/compare.ts';
import { makeProgram } from '../bmv2-tests/compare/generator/program.ts';
import { findSimpleSwitch } from '../bmv2-tests/compare/simple-switch.ts';

const USAGE =
  'usage: npm run compare -- --simple-switch PATH [--p4c-bm2-ss PATH] [--programs N] [--packets N] [--seed S] [--out DIR]';

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        'simple-switch': { type: 'string' },
        'p4c-bm2-ss': { type: 'string' },
        programs: { type: 'string', default: '20' },
        packets: { type: 'string', default: '500' },
        seed: { type: 'string', default: '1' },
        out: { type: 'string' },
      },
    });
    const number = (name: 'programs' | 'packets' | 'seed') => {
      const value = Number(values[name]);
      if (!Number.isInteger(value) || value < 0) {
        throw new Error(`--${name} takes a whole number, and this is '${values[name]}'`);
      }
      return value;
    };
    for (const name of ['simple-switch', 'p4c-bm2-ss'] as const) {
      const path = values[name];
      if (path !== undefined && !existsSync(path)) throw new Error(`--${name}: there is no ${path}`);
    }
    return { ...values, programs: number('programs'), packets: number('packets'), seed: number('seed') };
  } catch (problem) {
    console.error(problem instanceof Error ? problem.message : String(problem));
    return undefined;
  }
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) {
    console.error(USAGE);
    return 2;
  }
  const simpleSwitch = options['simple-switch'] ?? process.env['MOOR_SIMPLE_SWITCH'];
  const p4c = options['p4c-bm2-ss'] ?? process.env['MOOR_P4C_BM2_SS'];
  if (simpleSwitch === undefined && p4c === undefined) {
    console.log(
      'skipped: there is nothing to compare with; name one with --simple-switch PATH or --p4c-bm2-ss PATH',
    );
    return 0;
  }
  const peers: Peers = {
    simpleSwitch: simpleSwitch === undefined ? undefined : findSimpleSwitch(simpleSwitch),
    p4c,
  };
  const directory = options.out ?? mkdtempSync(join(tmpdir(), 'moor-compare-'));
  mkdirSync(directory, { recursive: true });
  const total = { packets: 0, out: 0, runs: 0, refused: 0, different: 0 };
  for (let seed = options.seed; seed < options.seed + options.programs; seed++) {
    const program = makeProgram(seed, options.packets);
    const result = await compareProgram(program, peers, directory);
    total.packets += program.packets.length;
    total.out += result.packetsOut;
    total.runs += result.ran.length;
    if (result.refused !== undefined) {
      total.refused++;
      console.log(`${seed}: p4c refuses it: ${result.refused}`);
    }
    const base = join(directory, String(seed));
    if (result.problems.length === 0) {
      for (const ending of ['p4', 'moor.json', 'p4c.json']) rmSync(`${base}.${ending}`, { force: true });
      continue;
    }
    total.different++;
    writeFileSync(`${base}.commands`, `${commandLines(program.commands).join('\n')}\n`);
    const packets = program.packets.map(
      ({ port, bytes }) => `${port} ${Buffer.from(bytes).toString('hex')}\n`,
    );
    writeFileSync(`${base}.packets`, packets.join(''));
    for (const problem of result.problems) console.log(`${seed}: ${problem}`);
  }
  console.log(
    `${options.programs} programs, ${total.refused} of them refused by p4c; ${total.packets} packets in and ${total.out} out in each of ${total.runs} runs`,
  );
  console.log(`${options.programs - total.different} passed, ${total.different} failed`);
  if (total.different > 0) console.log(`what differs is in ${directory}`);
  return total.different === 0 ? 0 : 1;
}

process.exitCode = await main();
