/** Compiling programs for BMv2, and giving their packet tests to somebody else's runner. */

import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { compileFrontEnd } from '../../codegen/compile.ts';
import { compileBmv2 } from '../../codegen/compile-bmv2.ts';
import { libraryDirectory, nodeFileSystem } from '../../codegen/library.ts';
import { SourceFile } from '../../codegen/syntax/source.ts';
import type { Bmv2Program } from './programs.ts';

/** What became of one program. */
export type Compiled =
  | { readonly kind: 'compiled'; readonly json: string; readonly milliseconds: number }
  | { readonly kind: 'refused'; readonly messages: readonly string[] }
  | { readonly kind: 'crashed'; readonly messages: readonly string[] };

/** Compiles one program and writes its JSON into `directory`. */
export function compileProgram(program: Bmv2Program, directory: string): Compiled {
  const start = performance.now();
  try {
    const front = compileFrontEnd(new SourceFile(program.file, readFileSync(program.file, 'utf8')), {
      includeDirectories: [],
      libraryDirectory: libraryDirectory(),
      defines: [],
      fileSystem: nodeFileSystem,
    });
    const made = compileBmv2(front);
    if (made === undefined) {
      const errors = front.sink.diagnostics.filter(({ severity }) => severity === 'error');
      return { kind: 'refused', messages: errors.map(({ code, message }) => `${code} ${message}`) };
    }
    const json = path.join(directory, `${program.name.replaceAll('/', '+').replace(/\.p4$/, '')}.json`);
    writeFileSync(json, `${JSON.stringify(made, undefined, 2)}\n`);
    return { kind: 'compiled', json, milliseconds: performance.now() - start };
  } catch (problem) {
    const text = problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
    return { kind: 'crashed', messages: [text] };
  }
}

/** Whether `RUNNER JSON STF` ends with 0. */
export function runStf(runner: string, json: string, stf: string): Promise<boolean> {
  const [command = runner, ...words] = runner.split(' ');
  return new Promise((resolve) => {
    execFile(command, [...words, json, stf], { timeout: 180_000 }, (problem) => resolve(problem === null));
  });
}

/** Runs `work` for all items, so many at a time; results in order. */
export async function inParallel<T, R>(
  items: readonly T[],
  jobs: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results = new Map<number, R>();
  const waiting = [...items.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, item] = next;
      results.set(index, await work(item));
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, worker));
  return items.flatMap((_, index) => results.get(index) ?? []);
}
