/** What the methods of packet_in and packet_out may be given, and where they may be called (specification §13.8, §16.1), and static assertions (§19). */

import type { DiagnosticSink } from '../../diagnostics.ts';
import type { CallExpression } from '../../syntax/ast.ts';
import { visit } from '../../syntax/visit.ts';
import type { CheckedProgram, ResolvedCall } from '../checked-program.ts';
import { fieldsOf, isStructLike, sizeInBits } from '../fields.ts';
import { showType, type Type } from '../types.ts';
import { constantOf } from './rule.ts';

/** Checks calls of extract, lookahead, advance, emit and static_assert. */
export function checkPacketMethods(checked: CheckedProgram, sink: DiagnosticSink): void {
  for (const declaration of checked.program.declarations) {
    visit(declaration, {
      enter: (node) => {
        if (node.kind !== 'CallExpression') return true;
        const call = checked.calls.get(node);
        if (call?.kind === 'extern_function') checkAssertion(checked, sink, node, call);
        if (call?.kind !== 'method') return true;
        const core = coreExtern(checked, call);
        if (core === 'packet_in') {
          if (declaration.kind === 'ParserDeclaration') checkMethod(checked, sink, node, call);
          else rejectOutsideParser(sink, node, call);
        } else if (core === 'packet_out') checkEmit(checked, sink, node, call);
        return true;
      },
    });
  }
}

type FunctionCall = Extract<
  ResolvedCall,
  { readonly kind: 'method' | 'function' | 'action' | 'extern_function' }
>;

/** The name of the extern of core.p4 whose method is called. */
function coreExtern(checked: CheckedProgram, call: FunctionCall): string | undefined {
  const type = call.target === undefined ? undefined : checked.types.get(call.target);
  return type?.kind === 'extern' && type.declaration.name.span.source.isLibrary
    ? type.declaration.name.name
    : undefined;
}

/** What may fail rejects the packet, which only parsers can (specification §13.8). */
function rejectOutsideParser(sink: DiagnosticSink, node: CallExpression, call: FunctionCall): void {
  const { declaration } = call;
  if (declaration.kind !== 'MethodPrototype' || declaration.name.name === 'length') return;
  const place = node.callee.kind === 'MemberExpression' ? node.callee.member.span : node.callee.span;
  sink.report('P4569', place, { what: declaration.name.name });
}

/** `emit` writes headers, stacks and unions of them, and structs and tuples of these (specification §16.1). */
function checkEmit(
  checked: CheckedProgram,
  sink: DiagnosticSink,
  node: CallExpression,
  call: FunctionCall,
): void {
  const [type] = call.typeArguments;
  if (call.declaration.kind !== 'MethodPrototype' || call.declaration.name.name !== 'emit') return;
  if (type === undefined || canBeEmitted(checked, type)) return;
  const hint =
    type.kind === 'bits' ? 'put it into a header of its own, or emit the header that holds it' : undefined;
  sink.report('P4562', node.arguments[0]?.span ?? node.span, { type: showType(type) }, { hint });
}

function canBeEmitted(checked: CheckedProgram, type: Type, depth = 0): boolean {
  switch (type.kind) {
    case 'unknown':
    case 'variable':
    case 'header':
    case 'header_union':
      return true;
    case 'array':
      return canBeEmitted(checked, type.element, depth + 1);
    case 'tuple':
    case 'list_expression':
      return type.elements.every((element) => canBeEmitted(checked, element, depth + 1));
    case 'struct':
      return (
        depth > 20 ||
        fieldsOf(checked.declaredTypes, type).every((field) => canBeEmitted(checked, field.type, depth + 1))
      );
    default:
      return false;
  }
}

function checkMethod(
  checked: CheckedProgram,
  sink: DiagnosticSink,
  node: CallExpression,
  call: FunctionCall,
): void {
  const { declaration } = call;
  if (declaration.kind !== 'MethodPrototype') return;
  const [type] = call.typeArguments;
  if (type === undefined) return;
  if (declaration.name.name === 'lookahead') checkLookahead(checked, sink, node, type);
  if (declaration.name.name !== 'extract') return;
  const [first] = node.arguments;
  const place = first?.span ?? node.span;
  if (first?.value.kind === 'DontCareExpression' && type.kind === 'header') return;
  if (type.kind !== 'header') {
    if (type.kind === 'unknown' || type.kind === 'variable') return;
    sink.report(
      'P4563',
      place,
      { type: showType(type) },
      {
        hint: type.kind === 'array' ? "to fill a stack extract into its 'next' element" : undefined,
      },
    );
    return;
  }
  const varbits = fieldsOf(checked.declaredTypes, type).filter((field) => field.type.kind === 'varbit');
  const related = varbits
    .slice(0, 3)
    .map((field) => ({ message: 'of variable size', span: field.field.span }));
  if (call.bindings.length === 1) {
    if (varbits.length > 0)
      sink.report(
        'P4564',
        place,
        { header: type.declaration.name.name },
        { related, hint: 'give the size in bits as a second argument' },
      );
  } else if (varbits.length === 0) {
    sink.report(
      'P4565',
      place,
      { header: type.declaration.name.name },
      { related: [{ message: 'declared here', span: type.declaration.name.span }] },
    );
  } else {
    const [, second] = varbits;
    if (second !== undefined)
      sink.report(
        'P4566',
        second.field.span,
        { header: type.declaration.name.name, count: varbits.length },
        { related: [{ message: 'extracted here', span: node.span }] },
      );
  }
}

function checkLookahead(
  checked: CheckedProgram,
  sink: DiagnosticSink,
  node: CallExpression,
  type: Type,
): void {
  if (type.kind === 'unknown' || type.kind === 'variable') return;
  const size = sizeInBits(checked.declaredTypes, type);
  if (size !== undefined && size.minimum === size.maximum) return;
  if (isStructLike(type) && size === undefined) return;
  sink.report('P4567', node.callee.span, { type: showType(type) });
}

function checkAssertion(
  checked: CheckedProgram,
  sink: DiagnosticSink,
  node: CallExpression,
  call: FunctionCall,
): void {
  const { declaration } = call;
  if (declaration.kind !== 'ExternFunctionDeclaration' || declaration.name.name !== 'static_assert') return;
  if (!declaration.name.span.source.isLibrary) return;
  const [condition, text] = node.arguments;
  if (condition === undefined) return;
  const value = constantOf(checked, condition.value);
  if (value?.kind !== 'boolean' || value.value) return;
  const message = text === undefined ? undefined : constantOf(checked, text.value);
  sink.report('P4606', node.span, { message: message?.kind === 'string' ? `: ${message.value}` : '' });
}
