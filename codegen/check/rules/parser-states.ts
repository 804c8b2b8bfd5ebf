/** The graph of parser states: what is reached, and whether parsing ends (specification §13). */

import type { DiagnosticSink } from '../../diagnostics.ts';
import type { ParserDeclaration, ParserState } from '../../syntax/ast.ts';
import type { CheckedProgram } from '../checked-program.ts';
import { isSilenced } from './rule.ts';

/** Reports states that nothing leads to and parsers that never end. */
export function checkParserStates(checked: CheckedProgram, sink: DiagnosticSink): void {
  for (const declaration of checked.program.declarations) {
    if (declaration.kind === 'ParserDeclaration') checkParser(declaration, sink);
  }
}

/** The states that a state goes to; 'accept' and 'reject' among them. A state without transition goes to reject. */
function successors(state: ParserState): readonly string[] {
  const { transition } = state;
  if (transition === undefined) return ['reject'];
  if (transition.kind === 'DirectTransition') return [transition.state.name];
  // A select without a case that matches everything can also end in reject.
  return transition.cases.map((one) => one.state.name);
}

function checkParser(parser: ParserDeclaration, sink: DiagnosticSink): void {
  const states = new Map(parser.states.map((state) => [state.name.name, state]));
  if (!states.has('start')) return;
  const reached = new Set<string>();
  const waiting = ['start'];
  for (;;) {
    const name = waiting.pop();
    if (name === undefined) break;
    if (reached.has(name)) continue;
    reached.add(name);
    const state = states.get(name);
    if (state !== undefined) waiting.push(...successors(state));
  }
  const isComplete = [...reached].every((name) => states.has(name) || name === 'accept' || name === 'reject');
  const hasEnd = reached.has('accept') || reached.has('reject') || hasOpenSelect(parser, reached);
  if (isComplete && !hasEnd) sink.report('P4560', parser.name.span, { parser: parser.name.name });
  if (sink.hasErrors) return;
  if (isComplete && hasEnd && !reached.has('accept'))
    sink.report('P4920', parser.name.span, { parser: parser.name.name });
  for (const state of parser.states) {
    const { name } = state.name;
    if (reached.has(name) && state.transition === undefined)
      sink.report('P4919', state.name.span, { state: name });
    if (
      reached.has(name) ||
      name === 'accept' ||
      name === 'reject' ||
      isSilenced(state.annotations, 'unused')
    )
      continue;
    sink.report('P4914', state.name.span, { state: name });
  }
}

/** A select that may match nothing ends in reject with error.NoMatch. */
function hasOpenSelect(parser: ParserDeclaration, reached: ReadonlySet<string>): boolean {
  return parser.states.some(
    (state) =>
      reached.has(state.name.name) &&
      state.transition?.kind === 'SelectTransition' &&
      !state.transition.cases.some(
        (one) => one.keyset.kind === 'DefaultExpression' || one.keyset.kind === 'DontCareExpression',
      ),
  );
}
