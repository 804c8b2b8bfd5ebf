/** Renders the bad programs of `codegen/bad` for their test and for `npm run regenerate`. */

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { compileFrontEnd } from './compile.ts';
import { libraryDirectory, nodeFileSystem } from './library.ts';
import { renderDiagnostic, renderSummary } from './render-diagnostics.ts';
import { SourceFile } from './syntax/source.ts';

/** What `moor check` writes for `codegen/bad/NAME.p4`, read from the repository's root. */
export function renderBadProgram(name: string): string {
  const path = `codegen/bad/${name}.p4`;
  const library = libraryDirectory();
  const { sink, diagnostics } = compileFrontEnd(new SourceFile(path, readFileSync(path, 'utf8')), {
    includeDirectories: [],
    libraryDirectory: library,
    defines: [],
    fileSystem: nodeFileSystem,
  });
  const showPath = (file: string) =>
    library !== undefined && file.startsWith(library) ? `<moor>/${relative(library, file)}` : file;
  const shown = diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, { showPath }));
  return shown.join('') + renderSummary(sink.errorCount, sink.warningCount);
}
