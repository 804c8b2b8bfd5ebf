/** `npm run bench check`: what checking costs against the size of the program, and what starting the command costs. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { Bench } from 'tinybench';
import { compileFrontEnd } from '../../codegen/compile.ts';
import { libraryDirectory, nodeFileSystem } from '../../codegen/library.ts';
import { SourceFile } from '../../codegen/syntax/source.ts';
import { generateProgram } from '../generate-program.ts';
import { fittedExponent, type Measured } from './fitted-exponent.ts';

/** Tables in the measured programs: 1,250 to 20,000 lines. */
const TABLES = [58, 122, 247, 500, 1000] as const;

/** Linear, with some room for caches and the collector of garbage. */
const MAXIMUM_EXPONENT = 1.15;

/** CPU time, user and system, that `moor --version` may take. */
const MAXIMUM_START_MS = 150;

/** The quickest of so many starts: what else the machine does only adds. */
const STARTS = 15;

const moor = join(process.cwd(), 'dist/bin.js');

/** CPU milliseconds, user and system, of a command with its children: what the shell says. */
async function cpuOf(command: string, words: readonly string[]): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let start = 0; start < STARTS; start++) {
    const { stderr } = await execa('bash', [
      '-c',
      'TIMEFORMAT="%3U %3S"; time "$@" >/dev/null',
      'bash',
      command,
      ...words,
    ]);
    const [user = 0, system = 0] = stderr.split(' ').map(Number);
    least = Math.min(least, (user + system) * 1000);
  }
  return least;
}

/** Milliseconds of the front end alone, in a process that is warm: the median. */
async function warmTimes(programs: readonly string[]): Promise<readonly number[]> {
  const options = {
    includeDirectories: [],
    libraryDirectory: libraryDirectory(),
    defines: [],
    fileSystem: nodeFileSystem,
  };
  const bench = new Bench({ time: 1000, iterations: 7, warmupTime: 500, warmupIterations: 3 });
  for (const [index, text] of programs.entries()) {
    bench.add(String(index), () => {
      const { diagnostics } = compileFrontEnd(new SourceFile('large.p4', text), options);
      if (diagnostics.length > 0) throw new Error(diagnostics[0]?.message);
    });
  }
  await bench.run();
  return bench.tasks.map((task) => {
    if (task.result.state !== 'completed')
      throw new Error(`the measurement did not end: ${task.result.state}`);
    return task.result.latency.p50;
  });
}

/** Milliseconds of `moor check FILE` as a user waits for it: the quickest of three. */
async function wallTimes(programs: readonly string[]): Promise<readonly number[]> {
  const directory = mkdtempSync(join(tmpdir(), 'moor-bench-'));
  try {
    const times: number[] = [];
    for (const text of programs) {
      const path = join(directory, 'large.p4');
      writeFileSync(path, text);
      let least = Number.POSITIVE_INFINITY;
      for (let run = 0; run < 3; run++) {
        const start = performance.now();
        await execa(process.execPath, [moor, 'check', path]);
        least = Math.min(least, performance.now() - start);
      }
      times.push(least);
    }
    return times;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function verdict(text: string, met: boolean): boolean {
  process.stdout.write(`${met ? 'met:   ' : 'MISSED:'} ${text}\n`);
  return met;
}

function row(cells: readonly string[]): void {
  const widths = [7, 7, 14, 10, 12, 16];
  process.stdout.write(`${cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('')}\n`);
}

/** Measures, prints, and tells whether the goals are met. */
export async function benchCheck(): Promise<boolean> {
  const programs = TABLES.map(generateProgram);
  const warm = await warmTimes(programs);
  const wall = await wallTimes(programs);
  const measured: Measured[] = programs.map((text, index) => ({
    size: text.split('\n').length - 1,
    cost: warm[index] ?? Number.NaN,
  }));
  const [first] = measured;
  const perLine = ({ size, cost }: Measured) => cost / size;
  process.stdout.write('Checking generated v1model programs\n');
  row(['lines', 'tables', 'front end', 'a line', 'of smallest', 'moor check']);
  for (const [index, one] of measured.entries()) {
    row([
      one.size.toLocaleString('en'),
      String(TABLES[index]),
      `${one.cost.toFixed(1)} ms`,
      `${(perLine(one) * 1000).toFixed(1)} µs`,
      first === undefined ? '' : `× ${(perLine(one) / perLine(first)).toFixed(2)}`,
      `${Math.round(wall[index] ?? Number.NaN)} ms`,
    ]);
  }
  const exponent = fittedExponent(measured);
  const node = await cpuOf(process.execPath, ['-e', '0']);
  const start = await cpuOf(process.execPath, [moor, '--version']);
  const goals = [
    verdict(
      `cost grows with the lines to the power of ${exponent.toFixed(2)}; the goal is linear, at most ${MAXIMUM_EXPONENT}`,
      exponent <= MAXIMUM_EXPONENT,
    ),
    verdict(
      `starting takes ${Math.round(start)} ms of CPU, ${(start / node).toFixed(2)} × Node alone; the goal is below ${MAXIMUM_START_MS} ms`,
      start < MAXIMUM_START_MS,
    ),
  ];
  return goals.every((met) => met);
}
