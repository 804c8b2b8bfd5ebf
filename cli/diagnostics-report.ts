/** What commands over P4 programs tell about them: on standard error as text, or on standard output for programs. */

import { relative } from 'node:path';
import type { Diagnostic, DiagnosticSink } from '../codegen/diagnostics.ts';
import { diagnosticsReport, toDiagnosticRecord } from '../codegen/diagnostics-json.ts';
import { PLAIN, renderDiagnostic, renderSummary } from '../codegen/render-diagnostics.ts';
import { COLOURS } from './palette.ts';
import type { ReportOptions } from './source-options.ts';

/** Collects what is found in one run of a command. */
export class DiagnosticsReport {
  readonly #options: ReportOptions;
  readonly #showPath: (path: string) => string;
  readonly #found: Diagnostic[] = [];
  readonly #unreadable: { readonly path: string; readonly problem: string }[] = [];
  #errors = 0;
  #warnings = 0;

  /** @param libraryDirectory Where moor's own declarations are; shown as `<moor>`. */
  constructor(options: ReportOptions, libraryDirectory: string) {
    this.#options = options;
    this.#showPath = (path) =>
      path.startsWith(libraryDirectory) ? `<moor>/${relative(libraryDirectory, path)}` : path;
  }

  get errors(): number {
    return this.#errors;
  }

  get isText(): boolean {
    return this.#format === 'text' && this.#options.quiet !== true;
  }

  get #format(): ReportOptions['format'] {
    return this.#options.json === true ? 'json' : this.#options.format;
  }

  /** A file that cannot be read. */
  cannotRead(path: string, problem: string): void {
    this.#errors++;
    this.#unreadable.push({ path, problem });
    if (this.isText) process.stderr.write(`${path}: error: cannot read it: ${problem}\n`);
  }

  /** What was found in one program, in the order in which it is to be shown. */
  add(sink: DiagnosticSink, diagnostics: readonly Diagnostic[]): void {
    const { disableWarning, werror, color } = this.#options;
    const shown = diagnostics
      .filter(({ severity, code }) => severity === 'error' || !disableWarning.includes(code))
      .map((diagnostic) => (werror === true ? { ...diagnostic, severity: 'error' as const } : diagnostic));
    this.#found.push(...shown);
    this.#errors += shown.filter(({ severity }) => severity === 'error').length;
    this.#warnings += shown.filter(({ severity }) => severity === 'warning').length;
    // What went past the limit of kept diagnostics still counts.
    const kept = sink.diagnostics.filter(({ severity }) => severity === 'error').length;
    this.#errors += Math.max(0, sink.errorCount - kept);
    if (!this.isText) return;
    const palette = color ? COLOURS : PLAIN;
    for (const diagnostic of shown)
      process.stderr.write(renderDiagnostic(diagnostic, { palette, showPath: this.#showPath }));
  }

  /** Writes what comes at the end: the counts, or the whole for other programs. */
  async finish(): Promise<void> {
    if (this.#options.quiet === true) return;
    switch (this.#format) {
      case 'json': {
        const report = diagnosticsReport(this.#found, this.#unreadable, this.#showPath);
        process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
        return;
      }
      case 'sarif': {
        const { toSarif } = await import('./sarif.ts');
        const records = this.#found.map((diagnostic) => toDiagnosticRecord(diagnostic, this.#showPath));
        process.stdout.write(await toSarif(records, this.#unreadable));
        return;
      }
      case 'text':
        process.stderr.write(renderSummary(this.#errors, this.#warnings));
    }
  }
}
