/**
 * A parser as a graph of states with what is known there of metadata: counters and flags that its start sets are constants up
 * to the first loop, and what asks for them is decided. A state stands in it a few times at most.
 */

import type { Field, Parser, ParserOperation, ParseState, Program, Transition } from '../json/index.ts';
import { applyPrimitive, assignFact, type Facts, fieldFact, knownData, type OpenFacts } from './facts.ts';
import { visit } from './specialize.ts';

/** So often a state stands in the graph with something known; beyond, nothing is. */
const MOST_VARIANTS = 4;

const NOTHING: Facts = new Map();

/** A state with what is known in front of it. */
export type ParserNode = { readonly state: ParseState; readonly facts: Facts };

/** A way on: where a transition matches, or in the end without one. Elements of the key that are known are left out. */
export type Way = {
  readonly transition: Transition | undefined;
  /** The elements of the key that have to be compared. */
  readonly compared: ReadonlySet<number>;
  readonly next: number | undefined;
};

/** What is known behind an operation. */
export function applyOperation(operation: ParserOperation, facts: OpenFacts, program: Program): void {
  switch (operation.kind) {
    case 'set':
      assignFact(operation.target, knownData(operation.value, facts), facts);
      return;
    case 'setLookahead':
      assignFact(operation.target, undefined, facts);
      return;
    case 'primitive':
      applyPrimitive(operation.primitive, facts, program, new Set());
      return;
    default:
      return;
  }
}

/** The graph of a parser. Nodes are numbered; `undefined` is behind the parser. */
export class ParserGraph {
  readonly nodes: ParserNode[] = [];
  readonly initial: number | undefined;
  readonly #program: Program;
  readonly #parser: Parser;
  readonly #relevant: readonly ReadonlySet<string>[];
  readonly #numbers = new Map<string, number>();
  readonly #variants = new Map<number, number>();
  readonly #ways: (readonly Way[])[] = [];

  /** @param isPlain Whether nothing is to be made of what is known. */
  constructor(program: Program, parser: Parser, isPlain: boolean) {
    this.#program = program;
    this.#parser = parser;
    this.#relevant = isPlain ? [] : relevantNames(parser);
    this.initial = this.#number(parser.initial, NOTHING);
    for (let index = 0; index < this.nodes.length; index++) this.ways(index);
  }

  #number(index: number | undefined, facts: Facts): number | undefined {
    const state = index === undefined ? undefined : this.#parser.states[index];
    if (index === undefined || state === undefined) return undefined;
    const kept = [...facts].filter(([name]) => this.#relevant[index]?.has(name) === true).sort();
    const key = `${index} ${kept.map(([name, value]) => `${name}=${value}`).join(' ')}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const variants = this.#variants.get(index) ?? 0;
    if (kept.length > 0 && variants >= MOST_VARIANTS) return this.#number(index, NOTHING);
    if (kept.length > 0) this.#variants.set(index, variants + 1);
    const number = this.nodes.push({ state, facts: new Map(kept) }) - 1;
    this.#numbers.set(key, number);
    return number;
  }

  /** The ways on from a node, in order; the last one is always open. */
  ways(number: number): readonly Way[] {
    const done = this.#ways[number];
    if (done !== undefined) return done;
    const node = this.nodes[number];
    if (node === undefined) return [];
    const ways = this.#find(node);
    this.#ways[number] = ways;
    return ways;
  }

  #find({ state, facts }: ParserNode): readonly Way[] {
    const behind: OpenFacts = new Map(facts);
    for (const operation of state.operations) applyOperation(operation, behind, this.#program);
    const known = state.key.map((element) =>
      element.kind === 'field' ? knownData({ kind: 'field', field: element.field }, behind) : undefined,
    );
    const ways: Way[] = [];
    for (const transition of state.transitions) {
      const compared = comparedBy(transition, state, known);
      if (compared === undefined) continue;
      ways.push({ transition, compared, next: this.#number(transition.next, behind) });
      if (transition.kind === 'value' && compared.size === 0) return ways;
    }
    ways.push({ transition: undefined, compared: new Set(), next: this.#number(state.defaultNext, behind) });
    return ways;
  }
}

/** The part of a transition's bytes that is about each element of the key. */
export function keyParts(bytes: Uint8Array, key: ParseState['key']): readonly bigint[] {
  let offset = 0;
  return key.map(({ bits }) => {
    let value = 0n;
    for (let left = Math.ceil(bits / 8); left > 0; left--)
      value = (value << 8n) | BigInt(bytes[offset++] ?? 0);
    return value;
  });
}

/** The elements that decide about a transition, given the values of some; undefined where these already differ. */
function comparedBy(
  transition: Transition,
  { key }: ParseState,
  known: readonly (bigint | undefined)[],
): ReadonlySet<number> | undefined {
  const all = new Set(key.keys());
  if (transition.kind !== 'value') return all;
  const values = keyParts(transition.value, key);
  const masks = transition.mask === undefined ? undefined : keyParts(transition.mask, key);
  for (const [index, { bits }] of key.entries()) {
    const mask = masks === undefined ? (1n << BigInt(8 * Math.ceil(bits / 8))) - 1n : (masks[index] ?? 0n);
    if (mask === 0n) all.delete(index);
    const value = known[index];
    if (value === undefined) continue;
    // A sign is no part of a key.
    if (((BigInt.asUintN(bits, value) ^ (values[index] ?? 0n)) & mask) !== 0n) return undefined;
    all.delete(index);
  }
  return all;
}

/** For each state, the facts that something behind it may ask for before they change. */
function relevantNames({ states }: Parser): readonly ReadonlySet<string>[] {
  const kills = states.map(({ operations }) => {
    const killed = new Set<string>();
    for (const operation of operations) {
      if (operation.kind !== 'set' && operation.kind !== 'setLookahead') continue;
      const name = operation.target.kind === 'field' ? fieldFact(operation.target.field) : undefined;
      if (name !== undefined) killed.add(name);
    }
    return killed;
  });
  const relevant = states.map((state) => {
    const names = new Set<string>();
    const field = (one: Field) => {
      const name = fieldFact(one);
      if (name !== undefined) names.add(name);
    };
    for (const element of state.key) if (element.kind === 'field') field(element.field);
    for (const operation of state.operations)
      visit(operation.kind === 'set' ? operation.value : operation, field);
    return names;
  });
  for (let changed = true; changed; ) {
    changed = false;
    for (const [index, state] of [...states.entries()].reverse()) {
      const own = relevant[index];
      const before = own?.size;
      for (const next of [...state.transitions.map((transition) => transition.next), state.defaultNext]) {
        for (const name of next === undefined ? [] : (relevant[next] ?? []))
          if (kills[index]?.has(name) !== true) own?.add(name);
      }
      changed ||= own?.size !== before;
    }
  }
  return relevant;
}
