/**
 * `npm run bench compile`: what `moor compile` costs against the size of the program, and which part of it. With the
 * environment variable MOOR_P4C_BM2_SS naming p4c-bm2-ss, that compiles the same programs in the same run.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { BMV2_PASSES, makeBmv2Json } from '../../codegen/backends/bmv2/index.ts';
import { compileFrontEnd } from '../../codegen/compile.ts';
import { namedNumbers } from '../../codegen/evaluate/index.ts';
import { lowerProgram } from '../../codegen/ir/lower/index.ts';
import { libraryDirectory, nodeFileSystem } from '../../codegen/library.ts';
import { passContext, runPasses } from '../../codegen/passes/index.ts';
import { SourceFile } from '../../codegen/syntax/source.ts';
import { generateProgram } from '../generate-program.ts';
import { fittedExponent } from './fitted-exponent.ts';

/** Tables in the measured programs: 1,250 to 10,000 lines. */
const TABLES = [58, 122, 247, 500] as const;

/** Linear, with some room for caches and the collector of garbage. */
const MAXIMUM_EXPONENT = 1.15;

/** Of so many runs the quickest counts: what else the machine does only adds. */
const RUNS = 5;

const moor = join(process.cwd(), 'dist/bin.js');

/** Milliseconds of the parts. */
type Parts = { readonly front: number; readonly lowering: number; readonly backEnd: number };

function total({ front, lowering, backEnd }: Parts): number {
  return front + lowering + backEnd;
}

function measure(text: string): Parts {
  const start = performance.now();
  const front = compileFrontEnd(new SourceFile('large.p4', text), {
    includeDirectories: [],
    libraryDirectory: libraryDirectory(),
    defines: [],
    fileSystem: nodeFileSystem,
  });
  const checked = performance.now();
  const { evaluated, sink } = front;
  if (evaluated === undefined) throw new Error('the generated program is wrong');
  const { program, names } = lowerProgram(front.checked, evaluated, sink);
  const simple = runPasses(BMV2_PASSES, program, passContext(names, sink));
  const lowered = performance.now();
  const json =
    simple === undefined
      ? undefined
      : makeBmv2Json(simple, sink, { file: 'large.p4', numberOf: namedNumbers(front.checked) });
  if (json === undefined) throw new Error(sink.diagnostics[0]?.message ?? 'nothing was made');
  JSON.stringify(json, undefined, 2);
  return { front: checked - start, lowering: lowered - checked, backEnd: performance.now() - lowered };
}

/** The quickest of several runs in a process that is warm. */
function quickest(text: string): Parts {
  const runs = Array.from({ length: RUNS }, () => measure(text));
  return runs.reduce((best, one) => (total(one) < total(best) ? one : best));
}

/** Milliseconds of a command as a user waits for it: the quickest of three. */
async function wallTime(command: string, words: readonly string[]): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run++) {
    const start = performance.now();
    await execa(command, words);
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

function verdict(text: string, met: boolean): boolean {
  process.stdout.write(`${met ? 'met:   ' : 'MISSED:'} ${text}\n`);
  return met;
}

function row(cells: readonly string[]): void {
  const widths = [7, 8, 11, 11, 11, 11, 14, 13];
  process.stdout.write(`${cells.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('')}\n`);
}

const milliseconds = (time: number) => `${Math.round(time)} ms`;

/** Measures, prints, and tells whether the goals are met. */
export async function benchCompile(): Promise<boolean> {
  const p4c = process.env['MOOR_P4C_BM2_SS'];
  const directory = mkdtempSync(join(tmpdir(), 'moor-bench-'));
  try {
    const programs = TABLES.map(generateProgram);
    for (const text of programs) measure(text);
    process.stdout.write('Compiling generated v1model programs for BMv2\n');
    row([
      'lines',
      'tables',
      'front end',
      'lowering',
      'back end',
      'a line',
      'moor compile',
      p4c === undefined ? '' : 'p4c',
    ]);
    const points: { size: number; cost: number }[] = [];
    const ratios: number[] = [];
    for (const [index, text] of programs.entries()) {
      const parts = quickest(text);
      const size = text.split('\n').length - 1;
      points.push({ size, cost: total(parts) });
      const path = join(directory, 'large.p4');
      writeFileSync(path, text);
      const output = join(directory, 'large.json');
      const wall = await wallTime(process.execPath, [moor, 'compile', '-q', path, '-o', output]);
      const theirs = p4c === undefined ? undefined : await wallTime(p4c, [path, '-o', output]);
      if (theirs !== undefined) ratios.push(wall / theirs);
      row([
        size.toLocaleString('en'),
        String(TABLES[index]),
        milliseconds(parts.front),
        milliseconds(parts.lowering),
        milliseconds(parts.backEnd),
        `${((total(parts) / size) * 1000).toFixed(0)} µs`,
        milliseconds(wall),
        theirs === undefined ? '' : milliseconds(theirs),
      ]);
    }
    const exponent = fittedExponent(points);
    const goals = [
      verdict(
        `cost grows with the lines to the power of ${exponent.toFixed(2)}; the goal is linear, at most ${MAXIMUM_EXPONENT}`,
        exponent <= MAXIMUM_EXPONENT,
      ),
    ];
    const [largest] = ratios.slice(-1);
    if (largest !== undefined)
      goals.push(
        verdict(
          `10,000 lines take ${largest.toFixed(2)} of p4c's wall time; the goal is at most half`,
          largest <= 0.5,
        ),
      );
    return goals.every((met) => met);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
