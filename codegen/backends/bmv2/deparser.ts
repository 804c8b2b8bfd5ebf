/** The deparser: the switch emits a fixed order of headers, those that are valid. */

import type { Control, Expression, Statement } from '../../ir/index.ts';
import { type Conversion, report } from './conversion.ts';
import { componentsOf, value } from './expressions.ts';
import { type Json, sourceInfo } from './json.ts';
import { headerOperand, locate } from './locate.ts';

/** Converts the deparser. */
export function convertDeparser(conversion: Conversion, control: Control): Json {
  const order: string[] = [];
  for (const statement of control.body) convertStatement(conversion, statement, order);
  return { name: 'deparser', id: 0, source_info: sourceInfo(control.span), order, primitives: [] };
}

function convertStatement(conversion: Conversion, statement: Statement, order: string[]): void {
  if (statement.kind === 'call') {
    const { callee, arguments: given } = statement.call;
    if (callee.kind === 'method' && callee.extern === 'packet_out' && callee.name === 'emit') {
      const data = given[0]?.value;
      if (data !== undefined) emit(conversion, data, order);
      return;
    }
  }
  report(conversion, 'P4807', statement.span, { what: describe(statement) });
}

function describe(statement: Statement): string {
  switch (statement.kind) {
    case 'if':
      return "an 'if'";
    case 'assign':
      return 'an assignment';
    case 'apply':
      return 'a table';
    case 'call':
      return 'a call other than emit';
    case 'set_validity':
      return statement.valid ? "'setValid'" : "'setInvalid'";
    case 'shift_stack':
      return statement.direction === 'push' ? "'push_front'" : "'pop_front'";
    default:
      return `'${statement.kind}'`;
  }
}

function emit(conversion: Conversion, data: Expression, order: string[]): void {
  switch (data.type.kind) {
    case 'struct':
    case 'header_union':
    case 'stack':
    case 'tuple':
    case 'array':
      for (const part of componentsOf(data)) emit(conversion, part, order);
      return;
    case 'header': {
      const isPlace = data.kind === 'variable' || data.kind === 'field' || data.kind === 'index';
      const header = isPlace ? headerOperand(locate(conversion.scope, data, value)) : undefined;
      if (header?.type === 'header') order.push(String(header.value));
      else report(conversion, 'P4807', data.span, { what: 'a header that is computed' });
      return;
    }
    default:
      report(conversion, 'P4807', data.span, { what: `a ${data.type.kind} emitted by itself` });
  }
}
