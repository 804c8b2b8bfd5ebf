/** moor's front end as the corpus runs it. */

import { readFileSync } from 'node:fs';
import { compileFrontEnd } from '../../codegen/compile.ts';
import { libraryDirectory, nodeFileSystem } from '../../codegen/library.ts';
import { SourceFile } from '../../codegen/syntax/source.ts';
import type { CorpusProgram } from './programs.ts';
import type { Outcome } from './verdict.ts';

/** Checks one program, timing it. Whatever is thrown is told as a crash. */
export function runFrontEnd(program: CorpusProgram): Outcome {
  const start = performance.now();
  try {
    const source = new SourceFile(program.file, readFileSync(program.file, 'utf8'));
    const { sink } = compileFrontEnd(source, {
      includeDirectories: [],
      libraryDirectory: libraryDirectory(),
      defines: [],
      fileSystem: nodeFileSystem,
    });
    return { diagnostics: sink.diagnostics, crash: undefined, milliseconds: performance.now() - start };
  } catch (problem) {
    const crash = problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
    return { diagnostics: [], crash, milliseconds: performance.now() - start };
  }
}
