/** What a random program consists of, before its text: headers, metadata, values that come up often, features. */

import type { Random } from './random.ts';

/** Types of numbers. */
export type NumberType = { readonly kind: 'bit' | 'int'; readonly width: number };

/** Types of expressions. */
export type ScalarType = NumberType | { readonly kind: 'bool' };

export type Field = { readonly name: string; readonly type: NumberType };

export type HeaderType = {
  readonly name: string;
  /** Whole bytes together. */
  readonly fields: readonly Field[];
  /** Bits that a field of variable size may have, at the end. */
  readonly varbit: number | undefined;
};

/** A header that a program can name: one alone, an element of a stack, a member of a union. */
export type Instance = {
  /** Below `hdr`: `h1`, `st[0]`, `u.a`. */
  readonly path: string;
  readonly type: HeaderType;
  /** The stack or union that it is in. */
  readonly parent: string | undefined;
  readonly kind: 'single' | 'element' | 'member';
};

export type Stack = { readonly name: string; readonly type: HeaderType; readonly size: number };
export type Union = { readonly name: string; readonly members: readonly Instance[] };

export type MetadataField = {
  readonly name: string;
  readonly type: ScalarType;
  /** The field lists that keep it. */
  readonly lists: readonly number[];
};

/** What a program may do; some exclude others, because simple_switch has threads. */
export type Features = {
  readonly reentry: boolean;
  readonly clones: boolean;
  readonly multicast: boolean;
  readonly registers: boolean;
  readonly lookahead: boolean;
  readonly truncate: boolean;
  readonly wide: boolean;
  /**
   * What p4c's back end for BMv2 does not take, or takes wrongly: division, loops, and signed numbers as action data and in
   * registers.
   */
  readonly extended: boolean;
};

/** Ports that the switches have: 0 up to this. */
export const PORTS = 8;
/** Clone sessions, numbered from 1. */
export const SESSIONS = 3;
/** Multicast groups, numbered from 1. */
export const GROUPS = 3;

export class Plan {
  readonly random: Random;
  readonly features: Features;
  readonly headerTypes: readonly HeaderType[];
  readonly singles: readonly Instance[];
  readonly stacks: readonly Stack[];
  readonly unions: readonly Union[];
  readonly metadata: readonly MetadataField[];
  readonly #pools = new Map<number, readonly bigint[]>();

  constructor(random: Random) {
    this.random = random;
    this.features = chooseFeatures(random);
    this.headerTypes = [
      this.#headerType('base_t', 5, [
        { name: 'kind', type: { kind: 'bit', width: 8 } },
        { name: 'sum', type: { kind: 'bit', width: 16 } },
      ]),
      ...Array.from({ length: random.between(2, 4) }, (_, index) =>
        this.#headerType(`t${index}_t`, random.between(1, 5), []),
      ),
    ];
    const [base, ...others] = this.headerTypes;
    if (base === undefined) throw new Error('there are header types');
    const any = () => random.oneOf(others) ?? base;
    const single = (path: string, type: HeaderType): Instance => ({
      path,
      type,
      parent: undefined,
      kind: 'single',
    });
    const varying: HeaderType = { ...this.#headerType('v_t', 1, []), varbit: random.one([32, 64, 120]) };
    const withVarbit = random.chance(30);
    if (withVarbit) this.headerTypes = [...this.headerTypes, varying];
    this.singles = [
      single('base', base),
      ...Array.from({ length: random.between(1, 4) }, (_, index) => single(`h${index}`, any())),
      ...(withVarbit ? [single('v', varying)] : []),
    ];
    this.stacks = random.chance(60)
      ? Array.from({ length: random.between(1, 2) }, (_, index) => ({
          name: `st${index}`,
          type: any(),
          size: random.between(2, 4),
        }))
      : [];
    this.unions = random.chance(30) ? [this.#union('u', any)] : [];
    this.metadata = [
      ...Array.from({ length: random.between(4, 8) }, (_, index) => this.#metadataField(`m${index}`)),
      { name: 'color', type: { kind: 'bit', width: 8 }, lists: [] },
      { name: 'rounds', type: { kind: 'bit', width: 4 }, lists: [1, 2, 3] },
    ];
  }

  #headerType(name: string, count: number, first: readonly Field[]): HeaderType {
    const fields: Field[] = [...first];
    for (let index = 0; index < count; index++) {
      const width = this.width();
      fields.push({ name: `f${index}`, type: this.numberType(width) });
    }
    const bits = fields.reduce((sum, { type }) => sum + type.width, 0);
    if (bits % 8 !== 0) fields.push({ name: 'pad', type: { kind: 'bit', width: 8 - (bits % 8) } });
    return {
      name,
      fields: [...first, ...this.random.shuffled(fields.slice(first.length))],
      varbit: undefined,
    };
  }

  #union(name: string, type: () => HeaderType): Union {
    const members = ['a', 'b', 'c']
      .slice(0, this.random.between(2, 3))
      .map((member): Instance => ({ path: `${name}.${member}`, type: type(), parent: name, kind: 'member' }));
    return { name, members };
  }

  #metadataField(name: string): MetadataField {
    const lists = [1, 2, 3].filter(() => this.random.chance(50));
    const type: ScalarType = this.random.chance(15) ? { kind: 'bool' } : this.numberType(this.width());
    return { name, type, lists };
  }

  /** A type of what the switch keeps without a sign. */
  keptType(width: number): NumberType {
    return this.features.extended ? this.numberType(width) : { kind: 'bit', width };
  }

  /** Signed now and then. */
  numberType(width: number): NumberType {
    return { kind: width > 1 && this.random.chance(20) ? 'int' : 'bit', width };
  }

  /** Some width. */
  width(): number {
    const { random } = this;
    if (random.chance(45)) return random.one([8, 16, 32]);
    if (this.features.wide && random.chance(30))
      return random.one([65, 72, 96, 127, 128, 129, 160, 200, 256]);
    return random.one([1, 2, 3, 4, 5, 7, 9, 12, 13, 15, 17, 24, 31, 33, 40, 47, 48, 63, 64]);
  }

  /** A value that entries, packets and programs have in common, or a special one, or any. */
  value(width: number): bigint {
    const { random } = this;
    const pool = this.#pools.get(width) ?? Array.from({ length: 4 }, () => random.bits(width));
    this.#pools.set(width, pool);
    switch (random.pick(8)) {
      case 0:
        return 0n;
      case 1:
        return random.one([
          BigInt.asUintN(width, 1n),
          BigInt.asUintN(width, -1n),
          1n << BigInt(width - 1),
          (1n << BigInt(width - 1)) - 1n,
        ]);
      case 2:
        return random.bits(width);
      default:
        return random.oneOf(pool) ?? 0n;
    }
  }

  /** All headers, but elements of stacks only where asked for. */
  instances(): readonly Instance[] {
    const elements = this.stacks.flatMap(({ name, type, size }) =>
      Array.from(
        { length: size },
        (_, index): Instance => ({ path: `${name}[${index}]`, type, parent: name, kind: 'element' }),
      ),
    );
    return [...this.singles, ...elements, ...this.unions.flatMap(({ members }) => members)];
  }
}

function chooseFeatures(random: Random): Features {
  const reentry = random.chance(30);
  const clones = random.chance(35);
  return {
    reentry,
    clones,
    multicast: random.chance(35),
    registers: !reentry && random.chance(60),
    lookahead: random.chance(35),
    truncate: random.chance(15),
    wide: random.chance(40),
    extended: random.chance(12),
  };
}

/** Bits of a header without its variable field. */
export function fixedBits(type: HeaderType): number {
  return type.fields.reduce((sum, { type: { width } }) => sum + width, 0);
}

/** How a type is written. */
export function typeText(type: ScalarType): string {
  return type.kind === 'bool' ? 'bool' : `${type.kind}<${type.width}>`;
}
