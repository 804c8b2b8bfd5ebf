/** The work of `moor check`. */

import { compileFrontEnd } from '../codegen/compile.ts';
import { explainProgram } from '../codegen/evaluate/index.ts';
import { libraryDirectory, nodeFileSystem } from '../codegen/library.ts';
import { SourceFile } from '../codegen/syntax/source.ts';
import type { CheckOptions } from './check.ts';
import { DiagnosticsReport } from './diagnostics-report.ts';
import { EXIT } from './exit-codes.ts';
import { readInput } from './read-input.ts';

/** What is said when moor's own declarations are not there. */
export const LIBRARY_MISSING =
  'moor: its own P4 declarations (codegen/p4include) are missing: install moor again\n';

/** Checks all files and reports; gives the exit code. */
export async function checkFiles(files: readonly string[], options: CheckOptions): Promise<number> {
  const directory = libraryDirectory();
  if (directory === undefined) {
    process.stderr.write(LIBRARY_MISSING);
    return EXIT.environment;
  }
  const report = new DiagnosticsReport(options, directory);
  for (const path of files) {
    const input = readInput(path);
    if ('problem' in input) {
      report.cannotRead(path, input.problem);
      continue;
    }
    const source = new SourceFile(path === '-' ? '<stdin>' : path, input.text);
    const result = compileFrontEnd(source, {
      includeDirectories: options.include,
      libraryDirectory: directory,
      defines: options.define,
      fileSystem: nodeFileSystem,
    });
    report.add(result.sink, result.diagnostics);
    if (report.isText && options.explain === true && result.evaluated !== undefined)
      process.stdout.write(explainProgram(result.evaluated.main, result.checked));
  }
  await report.finish();
  return report.errors > 0 ? EXIT.wrongInput : EXIT.done;
}
