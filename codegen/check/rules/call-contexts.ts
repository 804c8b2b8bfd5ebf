/** What may be called, and used, where (specification, appendix "Restrictions on compile time and run time calls"). */

import type { DiagnosticSink } from '../../diagnostics.ts';
import type { CallExpression, Expression, Node } from '../../syntax/ast.ts';
import { visit } from '../../syntax/visit.ts';
import type { CheckedProgram } from '../checked-program.ts';

/** The places that the appendix has columns for. */
type Place =
  | 'parser state'
  | 'apply block'
  | 'local declaration'
  | 'action'
  | 'function'
  | 'table'
  | 'keyset';

/** What cannot be called from each place. */
const FORBIDDEN: Readonly<Record<Place, ReadonlySet<string>>> = {
  'parser state': new Set(['table', 'control', 'action']),
  'apply block': new Set(['parser']),
  'local declaration': new Set(['table', 'control', 'parser', 'action']),
  action: new Set(['table', 'control', 'parser']),
  function: new Set(['table', 'control', 'parser', 'action']),
  table: new Set(['control', 'parser', 'action']),
  keyset: new Set(['table', 'control', 'parser', 'action']),
};

function inWords(place: Place): string {
  switch (place) {
    case 'parser state':
      return 'in a parser state';
    case 'apply block':
      return "in the 'apply' block of a control";
    case 'local declaration':
      return 'where locals are declared';
    case 'action':
      return 'in an action';
    case 'function':
      return 'in a function';
    case 'table':
      return 'in a table';
    case 'keyset':
      return 'in a keyset';
  }
}

/** Reports calls, `exit`, stack members and `action_run` where they cannot stand. */
export function checkCallContexts(checked: CheckedProgram, sink: DiagnosticSink): void {
  for (const declaration of checked.program.declarations) {
    switch (declaration.kind) {
      case 'ParserDeclaration':
        for (const local of declaration.locals) walk(checked, sink, local, 'local declaration');
        for (const state of declaration.states) walk(checked, sink, state, 'parser state');
        break;
      case 'ControlDeclaration':
        for (const local of declaration.locals) {
          if (local.kind === 'ActionDeclaration') walk(checked, sink, local, 'action');
          else if (local.kind === 'TableDeclaration') walk(checked, sink, local, 'table');
          else walk(checked, sink, local, 'local declaration');
        }
        walk(checked, sink, declaration.body, 'apply block');
        break;
      case 'ActionDeclaration':
        walk(checked, sink, declaration, 'action');
        break;
      case 'FunctionDeclaration':
        walk(checked, sink, declaration, 'function');
        break;
      default:
        break;
    }
  }
}

function walk(checked: CheckedProgram, sink: DiagnosticSink, root: Node, place: Place): void {
  const switched = new Set<Expression>();
  visit(root, {
    enter: (node) => {
      switch (node.kind) {
        case 'Instantiation':
          // The implementations of abstract methods are functions.
          for (const member of node.initializer?.members ?? []) walk(checked, sink, member, 'function');
          return false;
        case 'SwitchStatement':
          switched.add(node.expression);
          return true;
        case 'SelectCase':
          walk(checked, sink, node.keyset, 'keyset');
          return false;
        case 'ActionsProperty':
          for (const action of node.actions) {
            for (const argument of action.arguments ?? []) rejectTables(checked, sink, argument.value);
          }
          return false;
        case 'CustomProperty':
        case 'EntriesProperty':
          return false;
        case 'CallExpression':
          checkCall(checked, sink, node, place);
          return true;
        case 'ExitStatement':
          if (place === 'parser state' || place === 'function')
            sink.report('P4572', node.span, { statement: 'exit', place: inWords(place) });
          return true;
        case 'MemberExpression':
          checkMember(checked, sink, node, place, switched);
          return true;
        default:
          return true;
      }
    },
  });
}

function checkCall(checked: CheckedProgram, sink: DiagnosticSink, call: CallExpression, place: Place): void {
  const resolved = checked.calls.get(call);
  if (resolved === undefined || sink.hasErrorAt(call.span)) return;
  if (
    place === 'keyset' &&
    (resolved.kind === 'function' || resolved.kind === 'extern_function' || resolved.kind === 'method')
  ) {
    sink.report('P4573', call.span, {});
    return;
  }
  const what = kindOfCall(resolved);
  if (what !== undefined && FORBIDDEN[place].has(what)) {
    const related =
      'declaration' in resolved && 'name' in resolved.declaration && resolved.declaration.name !== undefined
        ? [{ message: 'declared here', span: resolved.declaration.name.span }]
        : [];
    const verb = what === 'action' ? 'called' : 'applied';
    sink.report(
      'P4570',
      call.span,
      { what: what === 'action' ? 'an action' : `a ${what}`, verb, place: inWords(place) },
      { related },
    );
    return;
  }
  if (resolved.kind === 'extern_function' && place !== 'parser state') {
    const { declaration } = resolved;
    if (
      declaration.kind === 'ExternFunctionDeclaration' &&
      declaration.name.name === 'verify' &&
      declaration.name.span.source.isLibrary
    ) {
      sink.report('P4569', call.callee.span, { what: 'verify' });
    }
  }
  if (resolved.kind === 'action') {
    for (const argument of call.arguments) rejectTables(checked, sink, argument.value);
  }
}

function kindOfCall(resolved: NonNullable<ReturnType<CheckedProgram['calls']['get']>>): string | undefined {
  switch (resolved.kind) {
    case 'table_apply':
      return 'table';
    case 'block_apply':
      return resolved.declaration.kind === 'ParserDeclaration' ||
        resolved.declaration.kind === 'ParserTypeDeclaration'
        ? 'parser'
        : 'control';
    case 'action':
      return 'action';
    default:
      return undefined;
  }
}

function rejectTables(checked: CheckedProgram, sink: DiagnosticSink, argument: Expression): void {
  visit(argument, {
    enter: (node) => {
      if (node.kind === 'CallExpression' && checked.calls.get(node)?.kind === 'table_apply') {
        sink.report('P4570', node.span, {
          what: 'a table',
          verb: 'applied',
          place: 'in an argument of an action',
        });
      }
      return true;
    },
  });
}

function checkMember(
  checked: CheckedProgram,
  sink: DiagnosticSink,
  node: Expression & { readonly kind: 'MemberExpression' },
  place: Place,
  switched: ReadonlySet<Expression>,
): void {
  const { name } = node.member;
  if (name === 'action_run') {
    if (checked.types.get(node)?.kind === 'action_run' && !switched.has(node))
      sink.report('P4571', node.member.span, { member: name });
    return;
  }
  if (place === 'parser state' || (name !== 'next' && name !== 'last' && name !== 'lastIndex')) return;
  const target = checked.types.get(node.target);
  if (target?.kind !== 'array') return;
  sink.report(
    'P4568',
    node.member.span,
    { member: name },
    {
      hint: name === 'next' ? undefined : 'index the stack, or extract in a parser',
    },
  );
}
