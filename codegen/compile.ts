/** The compiler's front end as one call: text in, checked program and diagnostics out. */

import { checkProgramTypes } from './check/check-program.ts';
import type { CheckedProgram } from './check/checked-program.ts';
import { runRules } from './check/rules/index.ts';
import { type Diagnostic, DiagnosticSink, InternalError } from './diagnostics.ts';
import { type EvaluatedProgram, evaluateProgram } from './evaluate/index.ts';
import type { Program } from './syntax/ast.ts';
import { parse } from './syntax/parser/index.ts';
import { type PreprocessorOptions, preprocess } from './syntax/preprocessor/index.ts';
import type { SourceFile, Span } from './syntax/source.ts';

/** What the front end found out about one program. */
export type FrontEndResult = {
  readonly sink: DiagnosticSink;
  /** What was found, in the order of the text: by file as they were read, then by place. */
  readonly diagnostics: readonly Diagnostic[];
  /** Every file read, the program's own first. */
  readonly sources: readonly SourceFile[];
  readonly program: Program;
  readonly checked: CheckedProgram;
  /** What `main` instantiates, and all else; undefined when there is no `main` or the program has errors. */
  readonly evaluated: EvaluatedProgram | undefined;
};

/** Diagnostics in the order of the text: by file as they were read, then by place. */
export function diagnosticsInOrder(
  diagnostics: readonly Diagnostic[],
  sources: readonly SourceFile[],
): readonly Diagnostic[] {
  const rank = new Map(sources.map((source, index) => [source, index]));
  const rankOf = (diagnostic: Diagnostic) => rank.get(diagnostic.span.source) ?? sources.length;
  return [...diagnostics].sort(
    (left, right) => rankOf(left) - rankOf(right) || left.span.start - right.span.start,
  );
}

/**
 * Preprocesses, parses, checks and evaluates one program.
 * @throws InternalError, with the place being processed, when moor itself is at fault.
 */
export function compileFrontEnd(source: SourceFile, options: PreprocessorOptions): FrontEndResult {
  const sink = new DiagnosticSink();
  let place: Span = { source, start: 0, end: 0 };
  try {
    const { tokens, sources } = preprocess(source, options, sink);
    const program = parse(tokens, sink);
    const checked = checkProgramTypes(program, sink, (declaration) => {
      place = declaration.span;
    });
    runRules(checked, sink);
    const evaluated = sink.hasErrors ? undefined : evaluateProgram(checked, sink);
    return {
      sink,
      diagnostics: diagnosticsInOrder(sink.diagnostics, sources),
      sources,
      program,
      checked,
      evaluated,
    };
  } catch (problem) {
    if (problem instanceof InternalError) throw problem;
    const internal = new InternalError(problem instanceof Error ? problem.message : String(problem), place);
    internal.cause = problem;
    throw internal;
  }
}
