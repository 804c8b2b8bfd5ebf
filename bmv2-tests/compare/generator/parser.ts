/** Random parsers: a graph of states without circles but through stacks, and what packets need to get deep into it. */

import { expression, literal } from './expressions.ts';
import type { HeaderType, Instance, NumberType, Plan } from './plan.ts';
import { fixedBits } from './plan.ts';
import type { Scope } from './scope.ts';

/** What a state takes from the packet, in order. */
export type Step =
  | { readonly kind: 'extract'; readonly path: string; readonly type: HeaderType; readonly stack: boolean }
  | { readonly kind: 'advance'; readonly bits: number };

/** Where a key of a select stands, if packets can be made to have some value there. */
export type KeyPlace =
  | { readonly kind: 'field'; readonly path: string; readonly field: string }
  | { readonly kind: 'lookahead' }
  | { readonly kind: 'elsewhere' };

export type SelectKey = { readonly text: string; readonly width: number; readonly place: KeyPlace };

export type CaseKey =
  | { readonly kind: 'value'; readonly value: bigint }
  | { readonly kind: 'masked'; readonly value: bigint; readonly mask: bigint }
  | { readonly kind: 'range'; readonly low: bigint; readonly high: bigint }
  | { readonly kind: 'any' }
  | { readonly kind: 'set'; readonly name: string };

export type Case = { readonly keys: readonly CaseKey[]; readonly next: string };

export type ParserState = {
  readonly name: string;
  readonly lines: readonly string[];
  readonly steps: readonly Step[];
  readonly keys: readonly SelectKey[];
  readonly cases: readonly Case[];
  readonly otherwise: string;
};

export type ValueSetModel = { readonly name: string; readonly width: number };

export type ParserModel = {
  readonly states: readonly ParserState[];
  readonly valueSets: readonly ValueSetModel[];
  /** Bits that are looked at beyond what is taken, at most. */
  readonly lookahead: number;
  readonly text: readonly string[];
};

const LOOKAHEAD = 32;

type Node =
  | { readonly kind: 'single'; readonly instance: Instance }
  | { readonly kind: 'stack'; readonly name: string; readonly type: HeaderType }
  | { readonly kind: 'skip'; readonly bits: number };

class ParserMaker {
  readonly #plan: Plan;
  readonly #sets: ValueSetModel[] = [];
  readonly #states: ParserState[] = [];
  readonly #written = new Set<string>();
  #lookahead = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  make(): ParserModel {
    const plan = this.#plan;
    const { random } = plan;
    const [base, ...singles] = plan.singles;
    if (base === undefined) throw new Error('there is a base header');
    const nodes: Node[] = [
      ...singles.map((instance): Node => ({ kind: 'single', instance })),
      ...plan.stacks.map(({ name, type }): Node => ({ kind: 'stack', name, type })),
      ...plan.unions.flatMap(({ members }) =>
        members.map((instance): Node => ({ kind: 'single', instance })),
      ),
      ...(random.chance(30) ? [{ kind: 'skip', bits: 8 * random.between(1, 4) } as const] : []),
    ];
    const order: readonly Node[] = [{ kind: 'single', instance: base }, ...random.shuffled(nodes)];
    for (const [index, node] of order.entries()) this.#state(node, index, order.length);
    const text = [
      'parser prs(packet_in packet, out headers_t hdr, inout meta_t meta, inout standard_metadata_t sm) {',
      ...this.#sets.map(({ name, width }) => `    value_set<bit<${width}>>(8) ${name};`),
      ...this.#states.flatMap((state) => stateText(state)),
      '}',
    ];
    return { states: this.#states, valueSets: this.#sets, lookahead: this.#lookahead, text };
  }

  #state(node: Node, index: number, count: number): void {
    const plan = this.#plan;
    const { random } = plan;
    const name = index === 0 ? 'start' : `s${index}`;
    const lines: string[] = [];
    const steps: Step[] = [];
    const keys: SelectKey[] = [];
    const valid = new Set(['base']);
    let instances = plan.singles.slice(0, 1);
    const field = (path: string, type: HeaderType, written: string) => {
      const all = type.fields.filter(({ type: each }) => each.kind === 'bit' && each.width <= 64);
      const one = random.oneOf(all);
      if (one === undefined) return;
      const text = `hdr.${written}.${one.name}`;
      keys.push({ text, width: one.type.width, place: { kind: 'field', path, field: one.name } });
    };
    if (node.kind === 'single') {
      const { path, type } = node.instance;
      steps.push({ kind: 'extract', path, type, stack: false });
      valid.add(path);
      instances = [...instances, node.instance];
      if (type.varbit === undefined) lines.push(`packet.extract(hdr.${path});`);
      else {
        // More than there is room for, at times.
        const bytes = type.varbit / 8;
        const most = random.chance(30) ? 31 : bytes > 15 ? 15 : bytes > 7 ? 7 : 3;
        lines.push(`packet.extract(hdr.${path}, ((bit<32>)(hdr.base.kind & ${most})) << 3);`);
      }
      if (index === 0)
        keys.push({ text: 'hdr.base.kind', width: 8, place: { kind: 'field', path: 'base', field: 'kind' } });
      else field(path, type, path);
    } else if (node.kind === 'stack') {
      steps.push({ kind: 'extract', path: node.name, type: node.type, stack: true });
      lines.push(`packet.extract(hdr.${node.name}.next);`);
      field(node.name, node.type, `${node.name}.last`);
    } else {
      steps.push({ kind: 'advance', bits: node.bits });
      lines.push(`packet.advance(${node.bits});`);
    }
    this.#more(lines, valid, instances);
    this.#moreKeys(keys);
    const following = Array.from({ length: count - index - 1 }, (_, each) => `s${index + 1 + each}`);
    // The nearest states mostly, so that paths are long; a stack goes on with itself.
    const next = () => random.oneOf(random.chance(70) ? following.slice(0, 2) : following) ?? 'accept';
    const cases = keys.length === 0 ? [] : this.#cases(keys, next);
    const [first, ...others] = cases;
    const looped =
      node.kind === 'stack' && first !== undefined ? [{ ...first, next: name }, ...others] : cases;
    const otherwise = random.chance(60) ? next() : random.chance(85) ? 'accept' : 'reject';
    this.#states.push({ name, lines, steps, keys, cases: looped, otherwise });
  }

  #more(lines: string[], valid: Set<string>, instances: readonly Instance[]): void {
    const plan = this.#plan;
    const { random } = plan;
    const scope: Scope = {
      where: 'parser',
      inAction: false,
      places: plan.metadata.map(({ name, type }) => ({ text: `meta.${name}`, type, writable: true })),
      instances: instances.filter(({ path }) => valid.has(path)),
      valid,
      functions: [],
      hasMetadata: true,
      loops: 0,
    };
    while (random.chance(40)) {
      // Once at most: p4c leaves out what is written again, also where a packet that is too short ends in between.
      const left = plan.metadata.filter(({ name }) => name !== 'rounds' && !this.#written.has(name));
      const field = random.oneOf(left);
      if (field === undefined) break;
      this.#written.add(field.name);
      lines.push(`meta.${field.name} = ${expression(plan, scope, field.type, 2)};`);
    }
    if (random.chance(15)) {
      const error = random.one(['Odd', 'Strange', 'NoMatch']);
      lines.push(`verify(${expression(plan, scope, { kind: 'bool' }, 2)}, error.${error});`);
    }
  }

  #moreKeys(keys: SelectKey[]): void {
    const plan = this.#plan;
    const { random } = plan;
    if (plan.features.lookahead && random.chance(40)) {
      const width = random.one([4, 8, 13, 16, 32]);
      keys.push({ text: `packet.lookahead<bit<${width}>>()`, width, place: { kind: 'lookahead' } });
      this.#lookahead = LOOKAHEAD;
    }
    if (random.chance(keys.length === 0 ? 60 : 12))
      keys.push({ text: 'sm.ingress_port', width: 9, place: { kind: 'elsewhere' } });
    const field = random.oneOf(plan.metadata.filter(({ type }) => type.kind === 'bit' && type.width <= 64));
    if (random.chance(12) && field !== undefined && field.type.kind === 'bit') {
      keys.push({ text: `meta.${field.name}`, width: field.type.width, place: { kind: 'elsewhere' } });
    }
  }

  #cases(keys: readonly SelectKey[], next: () => string): readonly Case[] {
    const { random } = this.#plan;
    const cases = Array.from(
      { length: random.between(1, 3) },
      (): Case => ({ keys: keys.map((key) => this.#caseKey(key)), next: next() }),
    ).filter((one) => !one.keys.every(matchesAll));
    const [only] = keys;
    // simple_switch_CLI gives other widths a byte too many, and bytes from 0x80 on as two.
    if (keys.length === 1 && only !== undefined && only.width % 8 === 1 && random.chance(60)) {
      const set: ValueSetModel = { name: `vs${this.#sets.length}`, width: only.width };
      this.#sets.push(set);
      return [{ keys: [{ kind: 'set', name: set.name }], next: next() }, ...cases];
    }
    return cases;
  }

  #caseKey({ width }: SelectKey): CaseKey {
    const plan = this.#plan;
    const { random } = plan;
    const value = plan.value(width);
    switch (random.pick(8)) {
      case 0:
        return { kind: 'any' };
      case 1: {
        const mask = random.bits(width);
        return { kind: 'masked', value: value & mask, mask };
      }
      case 2: {
        if (width > 16) return { kind: 'value', value };
        const other = plan.value(width);
        return value < other
          ? { kind: 'range', low: value, high: other }
          : { kind: 'range', low: other, high: value };
      }
      default:
        return { kind: 'value', value };
    }
  }
}

/** p4c lets the last of several cases that match everything win. */
function matchesAll(key: CaseKey): boolean {
  return key.kind === 'any' || (key.kind === 'masked' && key.mask === 0n);
}

function caseKeyText(key: CaseKey, width: number): string {
  const number = (value: bigint) => literal({ kind: 'bit', width } satisfies NumberType, value);
  switch (key.kind) {
    case 'value':
      return number(key.value);
    case 'masked':
      return `${number(key.value)} &&& ${number(key.mask)}`;
    case 'range':
      return `${number(key.low)} .. ${number(key.high)}`;
    case 'any':
      return '_';
    case 'set':
      return key.name;
  }
}

function stateText({ name, lines, keys, cases, otherwise }: ParserState): readonly string[] {
  const transition =
    keys.length === 0
      ? [`        transition ${otherwise};`]
      : [
          `        transition select(${keys.map(({ text }) => text).join(', ')}) {`,
          ...cases.map((each) => {
            const texts = each.keys.map((key, index) => caseKeyText(key, keys[index]?.width ?? 1));
            return `            ${texts.length === 1 ? texts.join('') : `(${texts.join(', ')})`} : ${each.next};`;
          }),
          `            default : ${otherwise};`,
          '        }',
        ];
  return [`    state ${name} {`, ...lines.map((line) => `        ${line}`), ...transition, '    }'];
}

/** Makes a parser for all headers of a plan. */
export function makeParser(plan: Plan): ParserModel {
  return new ParserMaker(plan).make();
}

/** The most bits that a parser takes from a packet. */
export function mostBits(plan: Plan): number {
  const sizes = [
    ...plan.singles.map(({ type }) => fixedBits(type) + (type.varbit ?? 0)),
    ...plan.stacks.map(({ type, size }) => (size + 1) * fixedBits(type)),
    ...plan.unions.flatMap(({ members }) => members.map(({ type }) => fixedBits(type))),
  ];
  return sizes.reduce((sum, bits) => sum + bits, 8 * 4);
}
