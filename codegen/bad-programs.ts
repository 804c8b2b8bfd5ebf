/** Renders the bad programs of `codegen/bad` for their test and for `npm run regenerate`. */

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { makeP4Info } from './backends/p4info/index.ts';
import { compileFrontEnd, diagnosticsInOrder } from './compile.ts';
import { compileBmv2 } from './compile-bmv2.ts';
import { libraryDirectory, nodeFileSystem } from './library.ts';
import { renderDiagnostic, renderSummary } from './render-diagnostics.ts';
import { SourceFile } from './syntax/source.ts';

/** Whether a program's message is one of those that are found only when it is compiled for a target. */
function isOfTarget(name: string): boolean {
  return name.startsWith('P47') || name.startsWith('P48');
}

/** Whether it is one of those that are found when P4Info is made. */
function isOfP4Info(name: string): boolean {
  return /^P48[5-9]/.test(name);
}

/** What `moor check`, or `moor compile` for BMv2, writes for `codegen/bad/NAME.p4`, read from the repository's root. */
export function renderBadProgram(name: string): string {
  const path = `codegen/bad/${name}.p4`;
  const library = libraryDirectory();
  const front = compileFrontEnd(new SourceFile(path, readFileSync(path, 'utf8')), {
    includeDirectories: [],
    libraryDirectory: library,
    defines: [],
    fileSystem: nodeFileSystem,
  });
  const { sink, sources } = front;
  if (isOfP4Info(name)) makeP4Info(front);
  else if (isOfTarget(name)) compileBmv2(front);
  const showPath = (file: string) =>
    library !== undefined && file.startsWith(library) ? `<moor>/${relative(library, file)}` : file;
  const shown = diagnosticsInOrder(sink.diagnostics, sources).map((diagnostic) =>
    renderDiagnostic(diagnostic, { showPath }),
  );
  return shown.join('') + renderSummary(sink.errorCount, sink.warningCount);
}
