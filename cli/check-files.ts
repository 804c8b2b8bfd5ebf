/** The work of `moor check`. */

import { readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { styleText } from 'node:util';
import { compileFrontEnd } from '../codegen/compile.ts';
import type { Diagnostic } from '../codegen/diagnostics.ts';
import { diagnosticsReport, toDiagnosticRecord } from '../codegen/diagnostics-json.ts';
import { explainProgram } from '../codegen/evaluate/index.ts';
import { libraryDirectory, nodeFileSystem } from '../codegen/library.ts';
import { type Palette, PLAIN, renderDiagnostic, renderSummary } from '../codegen/render-diagnostics.ts';
import { SourceFile } from '../codegen/syntax/source.ts';
import type { CheckOptions } from './check.ts';
import { EXIT } from './exit-codes.ts';

type Format = Exclude<Parameters<typeof styleText>[0], readonly unknown[]>;

/**
 * Colours where standard error is a terminal that has them; NO_COLOR and FORCE_COLOR are obeyed.
 * One format at a time: Node 20 does not look at the stream when it gets a list of them.
 */
function colour(...formats: readonly Format[]): (text: string) => string {
  return (text) =>
    formats.reduce((styled, format) => styleText(format, styled, { stream: process.stderr }), text);
}

const COLOURS: Palette = {
  place: colour('bold'),
  error: colour('red', 'bold'),
  warning: colour('yellow', 'bold'),
  note: colour('cyan'),
  hint: colour('green'),
};

/** Reads one input; on failure says why, in words. */
function readInput(path: string): { readonly text: string } | { readonly problem: string } {
  try {
    if (path === '-') return { text: readFileSync(0, 'utf8') };
    if (statSync(path).isDirectory()) return { problem: 'it is a directory; name the files in it' };
    return { text: readFileSync(path, 'utf8') };
  } catch (problem) {
    const code = problem instanceof Error && 'code' in problem ? String(problem.code) : '';
    if (code === 'ENOENT') return { problem: 'there is no such file' };
    if (code === 'EACCES') return { problem: 'reading it is not permitted' };
    return { problem: problem instanceof Error ? problem.message : String(problem) };
  }
}

/** Checks all files and reports; gives the exit code. */
export async function checkFiles(files: readonly string[], options: CheckOptions): Promise<number> {
  const format = options.json === true ? 'json' : options.format;
  const directory = libraryDirectory();
  if (directory === undefined) {
    process.stderr.write(
      'moor: its own P4 declarations (codegen/p4include) are missing: install moor again\n',
    );
    return EXIT.environment;
  }
  const showPath = (path: string) =>
    path.startsWith(directory) ? `<moor>/${relative(directory, path)}` : path;
  const palette = options.color ? COLOURS : PLAIN;
  const found: Diagnostic[] = [];
  const unreadable: { path: string; problem: string }[] = [];
  let errors = 0;
  let warnings = 0;
  for (const path of files) {
    const input = readInput(path);
    if ('problem' in input) {
      errors++;
      unreadable.push({ path, problem: input.problem });
      if (format === 'text' && options.quiet !== true)
        process.stderr.write(`${path}: error: cannot read it: ${input.problem}\n`);
      continue;
    }
    const source = new SourceFile(path === '-' ? '<stdin>' : path, input.text);
    const result = compileFrontEnd(source, {
      includeDirectories: options.include,
      libraryDirectory: directory,
      defines: options.define,
      fileSystem: nodeFileSystem,
    });
    const shown = result.diagnostics
      .filter(
        (diagnostic) => diagnostic.severity === 'error' || !options.disableWarning.includes(diagnostic.code),
      )
      .map((diagnostic) =>
        options.werror === true ? { ...diagnostic, severity: 'error' as const } : diagnostic,
      );
    found.push(...shown);
    errors += shown.filter((diagnostic) => diagnostic.severity === 'error').length;
    warnings += shown.filter((diagnostic) => diagnostic.severity === 'warning').length;
    // What went past the limit of kept diagnostics still counts.
    errors += Math.max(
      0,
      result.sink.errorCount - result.sink.diagnostics.filter((one) => one.severity === 'error').length,
    );
    if (options.quiet === true) continue;
    if (format === 'text') {
      for (const diagnostic of shown)
        process.stderr.write(renderDiagnostic(diagnostic, { palette, showPath }));
      if (options.explain === true && result.evaluated !== undefined) {
        process.stdout.write(explainProgram(result.evaluated.main, result.checked));
      }
    }
  }
  if (options.quiet !== true) {
    if (format === 'json') {
      process.stdout.write(
        `${JSON.stringify(diagnosticsReport(found, unreadable, showPath), undefined, 2)}\n`,
      );
    } else if (format === 'sarif') {
      const { toSarif } = await import('./sarif.ts');
      process.stdout.write(
        await toSarif(
          found.map((diagnostic) => toDiagnosticRecord(diagnostic, showPath)),
          unreadable,
        ),
      );
    } else process.stderr.write(renderSummary(errors, warnings));
  }
  return errors > 0 ? EXIT.wrongInput : EXIT.done;
}
