/** The pieces of BMv2's JSON: typed values, expressions, primitives (format 2.23, "JSON_format.md" of BMv2). */

import type { Span } from '../../syntax/source.ts';

/** A JSON value. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/** What BMv2 calls a "type value object": a reference, a constant or an expression. */
export type Operand = { readonly type: string; readonly value: Json };

/** One call of a primitive. */
export type Primitive = {
  readonly op: string;
  readonly parameters: readonly Operand[];
  readonly source_info?: Json;
};

/** A number as BMv2 reads it: `0x…`, padded to whole bytes of `width` bits, `-0x…` when negative. */
export function hexadecimal(value: bigint, width = 0): string {
  const digits = (value < 0n ? -value : value).toString(16);
  return `${value < 0n ? '-' : ''}0x${digits.padStart(2 * Math.ceil(width / 8), '0')}`;
}

/** A constant of `width` bits. */
export function constant(value: bigint, width = 0): Operand {
  return { type: 'hexstr', value: hexadecimal(value, width) };
}

/** A field of a header instance. */
export function field(header: string, name: string): Operand {
  return { type: 'field', value: [header, name] };
}

/** The constant `true` or `false` inside expressions. */
export function truth(value: boolean): Operand {
  return { type: 'bool', value };
}

/** `left op right`; `left` is null for the operations with one operand. */
export function operation(op: string, left: Operand | null, right: Operand | number): Operand {
  return { type: 'expression', value: { op, left, right } };
}

/** `condition ? left : right`; only one side is evaluated. */
export function choose(condition: Operand, left: Operand, right: Operand): Operand {
  return { type: 'expression', value: { op: '?', left, right, cond: condition } };
}

/** Both conditions; a constant one is left out. */
export function both(left: Operand, right: Operand): Operand {
  if (left.type === 'bool') return left.value === true ? right : left;
  if (right.type === 'bool' && right.value === true) return left;
  return operation('and', left, right);
}

/** Not the condition. */
export function not(condition: Operand): Operand {
  return condition.type === 'bool' ? truth(condition.value !== true) : operation('not', null, condition);
}

/** The value modulo 2^width. */
export function masked(value: Operand, width: number): Operand {
  return operation('&', value, constant((1n << BigInt(width)) - 1n, width));
}

/** A condition as the number 0 or 1. */
export function toNumber(condition: Operand): Operand {
  return condition.type === 'bool'
    ? constant(condition.value === true ? 1n : 0n, 8)
    : operation('b2d', null, condition);
}

/** A number as a condition: whether it is not 0. */
export function toCondition(value: Operand): Operand {
  return operation('d2b', null, value);
}

/** An operand as a primitive takes it: expressions are wrapped, and action data has another name there. */
export function asParameter(operand: Operand): Operand {
  if (operand.type === 'local') return { type: 'runtime_data', value: operand.value };
  if (operand.type === 'bool') return asParameter(toNumber(operand));
  return operand.type === 'expression' ? { type: 'expression', value: operand } : operand;
}

const FRAGMENT_LENGTH = 60;

/** Where something comes from, for the switch's log. */
export function sourceInfo(span: Span): Json {
  const { file, line, column } = span.source.location(span.start);
  const text = span.source.text.slice(span.start, span.end);
  const [first = ''] = text.split(/\r\n|\r|\n/, 1);
  const isWhole = first.length === text.length && first.length <= FRAGMENT_LENGTH;
  const fragment = isWhole ? first : `${first.slice(0, FRAGMENT_LENGTH).trimEnd()} ...`;
  return { filename: file, line, column, source_fragment: fragment };
}
