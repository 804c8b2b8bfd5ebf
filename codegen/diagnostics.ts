/** What moor tells the user about a program: collected while compiling, rendered elsewhere. */

import { catalogue } from './catalogue/index.ts';
import type { Span } from './syntax/source.ts';

/** How bad it is. An error makes the exit code 1; a warning does not. */
export type Severity = 'error' | 'warning';

/** A second place that helps to understand the first. */
export type Related = { readonly message: string; readonly span: Span };

/** One thing to tell the user. */
export type Diagnostic = {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  readonly related: readonly Related[];
  /** What to do about it, as a full sentence or a piece of P4, or undefined when there is nothing to suggest. */
  readonly hint: string | undefined;
};

/** A code of the catalogue, such as `P4201`. */
export type DiagnosticCode = keyof typeof catalogue;

type Placeholder<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;

/** The values that the message of `Code` wants, by placeholder name. */
export type MessageArguments<Code extends DiagnosticCode> = Readonly<
  Record<Placeholder<(typeof catalogue)[Code]['message']>, string | number | bigint>
>;

/** Related places and a hint, both optional. */
export type DiagnosticExtras = {
  readonly related?: readonly Related[];
  readonly hint?: string | undefined;
};

/** After this many errors the rest is counted but not kept. */
const MAXIMUM_KEPT = 1000;

/** Collects diagnostics in the order in which they are found. The same code at the same place is kept once. */
export class DiagnosticSink {
  readonly #kept: Diagnostic[] = [];
  readonly #seen = new Map<DiagnosticCode, Map<number, Span[]>>();
  #errors = 0;
  #warnings = 0;

  /** All that was kept, in the order of discovery. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#kept;
  }

  get errorCount(): number {
    return this.#errors;
  }

  get warningCount(): number {
    return this.#warnings;
  }

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  /** Whether an error is reported at exactly this place: another about the same thing would tell nothing new. */
  hasErrorAt(span: Span): boolean {
    return this.#kept.some(
      ({ severity, span: other }) =>
        severity === 'error' &&
        other.source === span.source &&
        other.start === span.start &&
        other.end === span.end &&
        other.macro?.spelling.start === span.macro?.spelling.start,
    );
  }

  /**
   * Reports an entry of the catalogue.
   * @param code Which entry.
   * @param span The exact token or construct that is wrong.
   * @param values A value for each `{placeholder}` of the entry's message.
   * @param extras Related places and a hint.
   */
  report<Code extends DiagnosticCode>(
    code: Code,
    span: Span,
    values: MessageArguments<Code>,
    extras: DiagnosticExtras = {},
  ): void {
    const entry = catalogue[code];
    if (this.#isRepeated(code, span)) return;
    if (entry.severity === 'error') this.#errors++;
    else {
      if (span.source.isLibrary) return;
      this.#warnings++;
    }
    if (this.#kept.length >= MAXIMUM_KEPT) return;
    this.#kept.push({
      code,
      severity: entry.severity,
      message: fillIn(entry.message, values),
      span,
      related: extras.related ?? [],
      hint: extras.hint,
    });
  }

  #isRepeated(code: DiagnosticCode, span: Span): boolean {
    let places = this.#seen.get(code);
    if (places === undefined) {
      places = new Map();
      this.#seen.set(code, places);
    }
    const there = places.get(span.start);
    if (there === undefined) {
      places.set(span.start, [span]);
      return false;
    }
    if (there.some((other) => other.source === span.source && other.end === span.end)) return true;
    there.push(span);
    return false;
  }
}

function fillIn(template: string, values: Readonly<Record<string, string | number | bigint>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : String(value);
  });
}

/** A bug of moor's own: never the user's fault. Caught only in `main`, which says how to report it. */
export class InternalError extends Error {
  /** @param span The place in the source that was being processed, where there is one. */
  constructor(
    message: string,
    readonly span?: Span,
  ) {
    super(message);
    this.name = 'InternalError';
  }
}
