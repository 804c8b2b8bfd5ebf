/** Runs the front end on a piece of source, for tests. */

import { compileFrontEnd, type FrontEndResult } from './compile.ts';
import { libraryDirectory, nodeFileSystem } from './library.ts';
import { SourceFile } from './syntax/source.ts';

/** The front end's result for a text; `#include <core.p4>` and the others find moor's own declarations. */
export function compileText(text: string): FrontEndResult {
  return compileFrontEnd(new SourceFile('test.p4', text), {
    includeDirectories: [],
    libraryDirectory: libraryDirectory(),
    defines: [],
    fileSystem: nodeFileSystem,
  });
}

/** The errors of a text as `line:code`, in the order of the text. */
export function errorsOf(text: string): readonly string[] {
  return found(text, 'error');
}

/** The warnings of a text as `line:code`, in the order of the text. */
export function warningsOf(text: string): readonly string[] {
  return found(text, 'warning');
}

function found(text: string, severity: 'error' | 'warning'): readonly string[] {
  return compileText(text)
    .diagnostics.filter((diagnostic) => diagnostic.severity === severity)
    .map((diagnostic) => {
      const { line } = diagnostic.span.source.location(diagnostic.span.start);
      return `${line}:${diagnostic.code}`;
    });
}
