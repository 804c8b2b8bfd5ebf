/** Programs for a switch as users name them: BMv2 JSON, or P4 that is compiled on the way. */

import { compileFrontEnd, diagnosticsInOrder } from '../codegen/compile.ts';
import { libraryDirectory, nodeFileSystem } from '../codegen/library.ts';
import { renderDiagnostic } from '../codegen/render-diagnostics.ts';
import { SourceFile } from '../codegen/syntax/source.ts';
import { readInput } from './read-input.ts';
import type { SourceOptions } from './source-options.ts';

/**
 * The BMv2 JSON of a program: a file that ends in `.p4` is compiled, any other is read as JSON.
 * @returns What is wrong as text for the user instead: `file:line:column: error…` for each mistake of a P4 program.
 */
export async function readProgramJson(
  path: string,
  options: SourceOptions,
): Promise<{ readonly json: unknown } | { readonly problem: string }> {
  const input = readInput(path);
  if ('problem' in input) return { problem: `${path}: error: cannot read it: ${input.problem}\n` };
  if (path.endsWith('.p4')) return compileText(path, input.text, options);
  try {
    return { json: JSON.parse(input.text) };
  } catch (problem) {
    const why = problem instanceof Error ? problem.message : String(problem);
    return { problem: `${path}: error: it is neither P4 (NAME.p4) nor JSON: ${why}\n` };
  }
}

async function compileText(
  path: string,
  text: string,
  options: SourceOptions,
): Promise<{ readonly json: unknown } | { readonly problem: string }> {
  const { compileBmv2 } = await import('../codegen/compile-bmv2.ts');
  const front = compileFrontEnd(new SourceFile(path, text), {
    includeDirectories: options.include,
    libraryDirectory: libraryDirectory(),
    defines: options.define,
    fileSystem: nodeFileSystem,
  });
  const json = compileBmv2(front);
  if (json !== undefined) return { json };
  const errors = diagnosticsInOrder(front.sink.diagnostics, front.sources).filter(
    (diagnostic) => diagnostic.severity === 'error',
  );
  return { problem: errors.map((diagnostic) => renderDiagnostic(diagnostic, {})).join('') };
}
