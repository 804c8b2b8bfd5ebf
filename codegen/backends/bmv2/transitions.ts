/** Transitions of parser states: values and masks over the bytes of all keys, value sets, and what matches nothing. */

import { InternalError } from '../../diagnostics.ts';
import type { Keyset, ParserState, SelectCase } from '../../ir/index.ts';
import type { Span } from '../../syntax/source.ts';
import { type Conversion, report } from './conversion.ts';
import { constantBits } from './entries.ts';
import { hexadecimal, type Json, type Operand, sourceInfo } from './json.ts';

/** One key of a select, with its width in bits. */
export type KeyPart = { readonly operand: Operand; readonly width: number };

/** Names of states: those of the program, and those of our own. */
export class StateNames {
  readonly #taken: Set<string>;
  #noMatch: string | undefined;

  constructor(taken: readonly string[]) {
    this.#taken = new Set(taken);
  }

  fresh(base: string): string {
    let name = base;
    for (let count = 0; this.#taken.has(name); count++) name = `${base}_${count}`;
    this.#taken.add(name);
    return name;
  }

  /** The state that a select goes to which no case matches. */
  get noMatch(): string {
    this.#noMatch ??= this.fresh('noMatch');
    return this.#noMatch;
  }

  get usesNoMatch(): boolean {
    return this.#noMatch !== undefined;
  }
}

/** The value and the mask that one keyset stands for. */
function rowOf(conversion: Conversion, keyset: Keyset, width: number): Row {
  const full = (1n << BigInt(width)) - 1n;
  switch (keyset.kind) {
    case 'value':
      return { value: constantBits(conversion, keyset.value) & full, mask: full };
    case 'mask': {
      const mask = constantBits(conversion, keyset.mask) & full;
      return { value: constantBits(conversion, keyset.value) & mask, mask };
    }
    case 'any':
      return { value: 0n, mask: 0n };
    default:
      throw new InternalError(`a ${keyset.kind} is left among keys`);
  }
}

type Row = { readonly value: bigint; readonly mask: bigint };

/** The values and masks of all keys side by side, each key in whole bytes. */
function joinRows(conversion: Conversion, keysets: readonly Keyset[], keys: readonly KeyPart[]): Row {
  let joined: Row = { value: 0n, mask: 0n };
  for (const [index, { width }] of keys.entries()) {
    const { value, mask } = rowOf(conversion, keysets[index] ?? { kind: 'any' }, width);
    const bits = BigInt(8 * Math.ceil(width / 8));
    joined = { value: (joined.value << bits) | value, mask: (joined.mask << bits) | mask };
  }
  return joined;
}

function fullMask(keys: readonly KeyPart[]): bigint {
  return keys.reduce(
    (mask, { width }) => (mask << BigInt(8 * Math.ceil(width / 8))) | ((1n << BigInt(width)) - 1n),
    0n,
  );
}

function toDefault(next: Json): Json {
  return { type: 'default', value: null, mask: null, next_state: next };
}

/** Writes a state with its transitions; further states where the switch cannot test all keys at once. */
export function writeTransitions(
  conversion: Conversion,
  state: ParserState,
  keys: readonly KeyPart[],
  operations: readonly Json[],
  names: StateNames,
  states: Json[],
): void {
  const { transition } = state;
  const shared = { source_info: sourceInfo(state.span) };
  const add = (
    name: string,
    parserOps: readonly Json[],
    key: readonly KeyPart[],
    transitions: readonly Json[],
  ) =>
    states.push({
      name,
      id: 0,
      ...shared,
      parser_ops: parserOps,
      transitions,
      transition_key: key.map((part) => part.operand),
    });
  const goTo = (target: string, span: Span): Json => {
    if (target === 'accept') return null;
    if (target !== 'reject') return target;
    report(conversion, 'P4841', span, {});
    return null;
  };
  if (transition.kind === 'direct') {
    add(state.name, operations, [], [toDefault(goTo(transition.state, transition.span))]);
    return;
  }
  let name = state.name;
  let ops = operations;
  let transitions: Json[] = [];
  let isOpen = true;
  /** Closes the state being written; the cases that follow are tested by the next one. */
  const split = () => {
    const next = names.fresh(`${state.name}_more`);
    add(name, ops, keys, [...transitions, toDefault(next)]);
    name = next;
    ops = [];
    transitions = [];
  };
  for (const one of transition.cases) {
    if (!isOpen) break;
    const vset = one.keysets.find((keyset) => keyset.kind === 'value_set');
    if (vset !== undefined && vset.keys < keys.length) {
      const next = goTo(one.state, one.span);
      if (transitions.length > 0) split();
      const test = names.fresh(`${state.name}_set`);
      const rest = names.fresh(`${state.name}_more`);
      writeMixed(conversion, one, keys, next, rest, { name, ops, test }, names, add);
      name = rest;
      ops = [];
      transitions = [];
      continue;
    }
    isOpen = writeCase(conversion, one, keys, goTo(one.state, one.span), transitions);
  }
  if (isOpen) transitions.push(toDefault(names.noMatch));
  add(name, ops, keys, transitions);
}

/** Writes the transitions of one case; `false` when it matches everything. */
function writeCase(
  conversion: Conversion,
  one: SelectCase,
  keys: readonly KeyPart[],
  next: Json,
  transitions: Json[],
): boolean {
  const [first] = one.keysets;
  if (first?.kind === 'value_set') {
    const set = conversion.program.valueSets.get(first.name);
    transitions.push({
      type: 'parse_vset',
      value: set?.controlPlaneName ?? first.name,
      mask: null,
      next_state: next,
    });
    return true;
  }
  const width = keys.reduce((sum, key) => sum + 8 * Math.ceil(key.width / 8), 0);
  const full = fullMask(keys);
  const { value, mask } = joinRows(conversion, one.keysets, keys);
  if (mask === 0n) {
    transitions.push(toDefault(next));
    return false;
  }
  transitions.push({
    type: 'hexstr',
    value: hexadecimal(value, width),
    mask: mask === full ? null : hexadecimal(mask, width),
    next_state: next,
  });
  return true;
}

type AddState = (
  name: string,
  ops: readonly Json[],
  key: readonly KeyPart[],
  transitions: readonly Json[],
) => void;

/**
 * A case with a value set beside other keys. The switch matches a value set against all keys of a state, so each set
 * and each run of other keys is a state of its own: the first that does not match goes on with the next case.
 */
function writeMixed(
  conversion: Conversion,
  one: SelectCase,
  keys: readonly KeyPart[],
  next: Json,
  rest: string,
  first: { readonly name: string; readonly ops: readonly Json[]; readonly test: string },
  names: StateNames,
  add: AddState,
): void {
  const tests = testsOf(one, keys);
  let { name } = first;
  let { ops } = first;
  for (const [index, test] of tests.entries()) {
    const isLast = index === tests.length - 1;
    const onward = isLast ? next : index === 0 ? first.test : names.fresh(`${first.test}_more`);
    const transitions: Json[] = [];
    writeCase(conversion, { ...one, keysets: test.keysets }, test.keys, onward, transitions);
    add(name, ops, test.keys, [...transitions, toDefault(rest)]);
    if (typeof onward === 'string') name = onward;
    ops = [];
  }
}

/** A case taken apart: a value set with its keys, or keys without value sets. */
function testsOf(
  one: SelectCase,
  keys: readonly KeyPart[],
): readonly { readonly keysets: readonly Keyset[]; readonly keys: readonly KeyPart[] }[] {
  const tests: { keysets: Keyset[]; keys: KeyPart[] }[] = [];
  const plain: { keysets: Keyset[]; keys: KeyPart[] } = { keysets: [], keys: [] };
  let at = 0;
  for (const keyset of one.keysets) {
    const count = keyset.kind === 'value_set' ? keyset.keys : 1;
    const covered = keys.slice(at, at + count);
    at += count;
    if (keyset.kind === 'value_set') tests.push({ keysets: [keyset], keys: [...covered] });
    else if (keyset.kind !== 'any') {
      plain.keysets.push(keyset);
      plain.keys.push(...covered);
    }
  }
  return plain.keys.length > 0 ? [plain, ...tests] : tests;
}
