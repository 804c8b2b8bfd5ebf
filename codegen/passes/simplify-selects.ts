/**
 * Makes every key of a select a plain place, and every keyset a value, a mask, `_` or a value set.
 *
 *     transition select(h.a + 1) { 1 .. 4: s; }
 *
 *     key = h.a + 1;
 *     transition select(key) { 1: s; 2 &&& 0xfe: s; 4: s; }
 *
 * A select on a constant goes straight to its state.
 */

import type {
  BitsType,
  Expression,
  Keyset,
  Parser,
  ParserState,
  Program,
  SelectCase,
  Statement,
  Variable,
} from '../ir/index.ts';
import { mapValues } from '../ir/index.ts';
import { assign, read } from './build.ts';
import type { Pass, PassContext } from './pass.ts';

/** Places that parsers of targets can branch on: fields, locals, and fields of the last header of a stack. */
function isPlain(expression: Expression): boolean {
  switch (expression.kind) {
    case 'variable':
      return true;
    case 'field':
      return isPlain(expression.target);
    case 'index':
      return expression.index.kind === 'constant' && isPlain(expression.target);
    case 'stack_element':
      return expression.which === 'last' && isPlain(expression.target);
    default:
      return false;
  }
}

/** The masks that together match `low .. high`: the longest prefixes first to last. */
export function prefixesOf(
  low: bigint,
  high: bigint,
  width: number,
): readonly { value: bigint; mask: bigint }[] {
  const all = (1n << BigInt(width)) - 1n;
  const prefixes: { value: bigint; mask: bigint }[] = [];
  let from = low;
  while (from <= high) {
    let size = from === 0n ? 1n << BigInt(width) : from & -from;
    while (from + size - 1n > high) size >>= 1n;
    prefixes.push({ value: from, mask: all & ~(size - 1n) });
    from += size;
  }
  return prefixes;
}

/** The keysets that one becomes. A signed range is two unsigned ones. */
function expand(keyset: Keyset): readonly Keyset[] {
  if (keyset.kind !== 'range') return [keyset];
  const { low, high } = keyset;
  if (low.kind !== 'constant' || high.kind !== 'constant' || low.type.kind !== 'bits') return [keyset];
  const type: BitsType = low.type;
  const span = low.span;
  const unsigned = (value: bigint) => BigInt.asUintN(type.width, value);
  const pieces =
    type.signed && low.value < 0n && high.value >= 0n
      ? [
          { low: unsigned(low.value), high: unsigned(-1n) },
          { low: 0n, high: high.value },
        ]
      : [{ low: unsigned(low.value), high: unsigned(high.value) }];
  const constant = (value: bigint): Expression => ({
    kind: 'constant',
    type,
    value: type.signed ? BigInt.asIntN(type.width, value) : value,
    span,
  });
  if (low.value > high.value) return [];
  return pieces.flatMap((piece) =>
    prefixesOf(piece.low, piece.high, type.width).map(
      ({ value, mask }): Keyset =>
        mask === unsigned(-1n)
          ? { kind: 'value', value: constant(value) }
          : { kind: 'mask', value: constant(value), mask: constant(mask) },
    ),
  );
}

function expandCase(item: SelectCase): readonly SelectCase[] {
  let ways: readonly (readonly Keyset[])[] = [[]];
  for (const keyset of item.keysets) {
    const choices = expand(keyset);
    ways = ways.flatMap((way) => choices.map((choice) => [...way, choice]));
  }
  return ways.map((keysets) => ({ ...item, keysets }));
}

function isKnownMatch(keyset: Keyset, key: Expression): boolean | undefined {
  if (keyset.kind === 'any') return true;
  if (keyset.kind !== 'value') return undefined;
  const { value } = keyset;
  if (key.kind === 'boolean' && value.kind === 'boolean') return key.value === value.value;
  if (key.kind === 'constant' && value.kind === 'constant') return key.value === value.value;
  if (key.kind === 'member' && value.kind === 'member') return key.member === value.member;
  return undefined;
}

/** Where a select goes whose keys are constants; undefined when that is not known. */
function knownState(keys: readonly Expression[], cases: readonly SelectCase[]): string | undefined {
  for (const item of cases) {
    const matches = item.keysets.map((keyset, place) => {
      const key = keys[place];
      return key === undefined || keyset.kind === 'value_set' ? undefined : isKnownMatch(keyset, key);
    });
    if (matches.includes(false)) continue;
    return matches.includes(undefined) ? undefined : item.state;
  }
  return undefined;
}

function simplifyState(
  state: ParserState,
  context: PassContext,
  declare: (variable: Variable) => void,
): ParserState {
  const { transition } = state;
  if (transition.kind === 'direct') return state;
  const known = knownState(transition.keys, transition.cases);
  if (known !== undefined) {
    return { ...state, transition: { kind: 'direct', state: known, span: transition.span } };
  }
  const statements: Statement[] = [...state.statements];
  const keys = transition.keys.map((key) => {
    if (isPlain(key)) return key;
    const variable = context.temporary('key', key.type, key.span);
    declare(variable);
    statements.push(assign(read(variable, key.span), key, key.span));
    return read(variable, key.span);
  });
  const cases = transition.cases.flatMap(expandCase);
  return { ...state, statements, transition: { ...transition, keys, cases } };
}

function simplifyParser(parser: Parser, context: PassContext): Parser {
  const locals = [...parser.locals];
  const states = parser.states.map((state) =>
    simplifyState(state, context, (variable) => locals.push(variable)),
  );
  return { ...parser, states, locals };
}

function run(program: Program, context: PassContext): Program {
  const blocks = mapValues(program.blocks, (block) =>
    block.kind === 'parser' ? simplifyParser(block, context) : block,
  );
  return { ...program, blocks };
}

export const simplifySelects: Pass = {
  name: 'simplify-selects',
  summary: 'keys of selects are places, and ranges masks',
  run,
};
