/** Renders the bad programs of `codegen/bad` for their test and for `npm run regenerate`. */

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { makeP4Info } from './backends/p4info/index.ts';
import { compileFrontEnd } from './compile.ts';
import { lowerProgram } from './ir/lower/index.ts';
import { libraryDirectory, nodeFileSystem } from './library.ts';
import { passContext, runPasses, SIMPLE_TARGET_PASSES } from './passes/index.ts';
import { renderDiagnostic, renderSummary } from './render-diagnostics.ts';
import { SourceFile } from './syntax/source.ts';

/** What `moor check`, or `moor compile` for BMv2, writes for `codegen/bad/NAME.p4`, read from the repository's root. */
export function renderBadProgram(name: string): string {
  const path = `codegen/bad/${name}.p4`;
  const library = libraryDirectory();
  const result = compileFrontEnd(new SourceFile(path, readFileSync(path, 'utf8')), {
    includeDirectories: [],
    libraryDirectory: library,
    defines: [],
    fileSystem: nodeFileSystem,
  });
  const { sink, checked, evaluated } = result;
  let found = result.diagnostics;
  // These are found only when a program is lowered for a target.
  if (name.startsWith('P47') && evaluated !== undefined) {
    const { program, names } = lowerProgram(checked, evaluated, sink);
    runPasses(SIMPLE_TARGET_PASSES, program, passContext(names, sink));
    found = sink.diagnostics;
  }
  // And these when P4Info is made.
  if (/^P48[5-9]/.test(name)) {
    makeP4Info(result);
    found = sink.diagnostics;
  }
  const showPath = (file: string) =>
    library !== undefined && file.startsWith(library) ? `<moor>/${relative(library, file)}` : file;
  const shown = found.map((diagnostic) => renderDiagnostic(diagnostic, { showPath }));
  return shown.join('') + renderSummary(sink.errorCount, sink.warningCount);
}
