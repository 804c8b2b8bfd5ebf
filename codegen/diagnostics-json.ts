/** Diagnostics for other programs to read: plain records, described by docs/diagnostics.schema.json. */

import type { Diagnostic } from './diagnostics.ts';
import type { Span } from './syntax/source.ts';

/** A place: file, 1-based line and column. */
export type PlaceRecord = { readonly file: string; readonly line: number; readonly column: number };

/** A diagnostic with its places worked out. `end` is just behind the last character. */
export type DiagnosticRecord = {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly start: PlaceRecord;
  readonly end: PlaceRecord;
  readonly related: readonly {
    readonly message: string;
    readonly start: PlaceRecord;
    readonly end: PlaceRecord;
  }[];
  readonly macros: readonly { readonly name: string; readonly start: PlaceRecord }[];
  readonly hint?: string;
};

/** Everything that `moor check --json` writes. */
export type DiagnosticsReport = {
  readonly version: 1;
  readonly errors: number;
  readonly warnings: number;
  readonly diagnostics: readonly DiagnosticRecord[];
  /** Files that could not be read. */
  readonly unreadable: readonly { readonly path: string; readonly problem: string }[];
};

type ShowPath = (path: string) => string;

function placesOf(
  span: Span,
  showPath: ShowPath,
): { readonly start: PlaceRecord; readonly end: PlaceRecord } {
  const start = span.source.location(span.start);
  const end = span.source.location(span.end);
  return { start: { ...start, file: showPath(start.file) }, end: { ...end, file: showPath(end.file) } };
}

/** One diagnostic as a record. */
export function toDiagnosticRecord(diagnostic: Diagnostic, showPath: ShowPath): DiagnosticRecord {
  const macros: { name: string; start: PlaceRecord }[] = [];
  for (let origin = diagnostic.span.macro; origin !== undefined; origin = origin.spelling.macro) {
    macros.push({ name: origin.name, start: placesOf(origin.spelling, showPath).start });
  }
  return {
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: diagnostic.message,
    ...placesOf(diagnostic.span, showPath),
    related: diagnostic.related.map((related) => ({
      message: related.message,
      ...placesOf(related.span, showPath),
    })),
    macros,
    ...(diagnostic.hint === undefined ? {} : { hint: diagnostic.hint }),
  };
}

/** The whole report. */
export function diagnosticsReport(
  diagnostics: readonly Diagnostic[],
  unreadable: DiagnosticsReport['unreadable'],
  showPath: ShowPath,
): DiagnosticsReport {
  return {
    version: 1,
    errors: diagnostics.filter((diagnostic) => diagnostic.severity === 'error').length + unreadable.length,
    warnings: diagnostics.filter((diagnostic) => diagnostic.severity === 'warning').length,
    diagnostics: diagnostics.map((diagnostic) => toDiagnosticRecord(diagnostic, showPath)),
    unreadable,
  };
}
