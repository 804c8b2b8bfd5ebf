/** Externs of one control: what is declared, and calls whose results can be seen. */

import { expression, literal, readField } from './expressions.ts';
import type { NumberType, Plan } from './plan.ts';
import { SESSIONS, typeText } from './plan.ts';
import type { Scope } from './scope.ts';
import type { FreshNames } from './statements.ts';

/** An array that can be read when all packets are through. */
export type ArrayModel = {
  readonly kind: 'register' | 'counter';
  readonly name: string;
  readonly size: number;
  /** Bits of an element of a register. */
  readonly width: number;
};

const HASHES = ['crc32', 'crc16', 'csum16', 'xor16', 'identity', 'crc32_custom', 'crc16_custom'] as const;

type Register = { readonly name: string; readonly type: NumberType; readonly size: number };

/** The externs of ingress or of egress. */
export class Externs {
  readonly #plan: Plan;
  readonly #names: FreshNames;
  readonly #where: 'ingress' | 'egress';
  readonly #registers: Register[] = [];
  readonly #counters: { readonly name: string; readonly size: number }[] = [];
  readonly #meters: { readonly name: string; readonly size: number }[] = [];
  readonly declarations: string[] = [];
  readonly arrays: ArrayModel[] = [];

  constructor(plan: Plan, names: FreshNames, where: 'ingress' | 'egress') {
    this.#plan = plan;
    this.#names = names;
    this.#where = where;
    const { random, features } = plan;
    // Ports of egress are taken by threads side by side, so each port has elements of its own.
    const size = () => (where === 'egress' ? 16 : random.one([1, 2, 8, 16]));
    if (features.registers && !(where === 'egress' && (features.clones || features.multicast))) {
      for (let count = random.between(1, 2); count > 0; count--) this.#addRegister(size());
    }
    if (random.chance(40)) {
      const name = names.fresh('c');
      const elements = size();
      this.#counters.push({ name, size: elements });
      this.arrays.push({ kind: 'counter', name: `${where}.${name}`, size: elements, width: 64 });
      const kind = random.one(['packets', 'bytes', 'packets_and_bytes']);
      this.declarations.push(`counter(${elements}, CounterType.${kind}) ${name};`);
    }
    if (random.chance(25)) {
      const name = names.fresh('me');
      this.#meters.push({ name, size: 8 });
      this.declarations.push(`meter(8, MeterType.${random.one(['packets', 'bytes'])}) ${name};`);
    }
  }

  #addRegister(size: number): void {
    const name = this.#names.fresh('r');
    const type = this.#plan.keptType(this.#plan.width());
    this.#registers.push({ name, type, size });
    this.arrays.push({ kind: 'register', name: `${this.#where}.${name}`, size, width: type.width });
    this.declarations.push(`register<${typeText(type)}>(${size}) ${name};`);
  }

  /** Within the array. */
  #index(scope: Scope, size: number): string {
    if (this.#where === 'egress') return '(bit<32>)(sm.egress_port & 15)';
    const index = expression(this.#plan, scope, { kind: 'bit', width: 32 }, 2);
    return `(${index} & ${size - 1})`;
  }

  /** A call of an extern: lines. */
  call(scope: Scope): readonly string[] | undefined {
    const { random } = this.#plan;
    const target = this.#numberPlace(scope);
    switch (random.pick(6)) {
      case 0:
      case 1:
        return this.#register(scope);
      case 2: {
        const counter = random.oneOf(this.#counters);
        return counter === undefined
          ? undefined
          : [`${counter.name}.count(${this.#index(scope, counter.size)});`];
      }
      case 3: {
        const meter = random.oneOf(this.#meters);
        if (meter === undefined || target?.type.kind !== 'bit') return undefined;
        return [`${meter.name}.execute_meter(${this.#index(scope, meter.size)}, ${target.text});`];
      }
      case 4:
        return this.#hash(scope);
      default:
        return this.#control(scope);
    }
  }

  #numberPlace(scope: Scope) {
    const places = scope.places.flatMap(({ text, type, writable }) =>
      writable && type.kind !== 'bool' ? [{ text, type }] : [],
    );
    return this.#plan.random.oneOf(places);
  }

  #register(scope: Scope): readonly string[] | undefined {
    const plan = this.#plan;
    const register = plan.random.oneOf(this.#registers);
    if (register === undefined) return undefined;
    const { name, type, size } = register;
    const index = this.#index(scope, size);
    if (plan.random.chance(40)) return [`${name}.write(${index}, ${expression(plan, scope, type, 2)});`];
    const value = this.#names.fresh('v');
    const target = this.#numberPlace(scope);
    const lines = [`${typeText(type)} ${value} = ${literal(type, 0n)};`, `${name}.read(${value}, ${index});`];
    const within: Scope = { ...scope, places: [{ text: value, type, writable: false }] };
    if (plan.random.chance(50)) {
      lines.push(`${name}.write(${index}, ${value} + ${expression(plan, scope, type, 1)});`);
    }
    if (target !== undefined) lines.push(`${target.text} = ${expression(plan, within, target.type, 1)};`);
    return ['{', ...lines.map((line) => `    ${line}`), '}'];
  }

  /** Some fields, with their types; they are valid where `scope` is. */
  fields(scope: Scope, most: number): readonly { readonly text: string; readonly width: number }[] {
    const plan = this.#plan;
    const valid = scope.instances.filter(({ path }) => scope.valid.has(path));
    return Array.from({ length: plan.random.between(1, most) }, () => {
      const instance = plan.random.oneOf(valid);
      const field = plan.random.oneOf(instance?.type.fields ?? []);
      if (instance !== undefined && field !== undefined && plan.random.chance(70)) {
        return { text: readField(plan, scope, instance, field), width: field.type.width };
      }
      const width = plan.random.one([8, 16, 32]);
      return { text: expression(plan, scope, { kind: 'bit', width }, 1), width };
    });
  }

  #hash(scope: Scope): readonly string[] | undefined {
    const plan = this.#plan;
    const { random } = plan;
    const target = this.#numberPlace(scope);
    if (target?.type.kind !== 'bit') return undefined;
    const { width } = target.type;
    const fields = this.fields(scope, 4);
    const largest = Math.min(width, 32);
    const base = literal({ kind: 'bit', width }, random.chance(60) ? 0n : plan.value(width));
    // The largest: the range of the result, or less. 0 means: the base.
    const maximum = random.chance(10)
      ? 0n
      : BigInt.asUintN(largest, random.chance(50) ? random.bits(largest) : (1n << BigInt(largest)) - 1n);
    const list = fields.map(({ text }) => text).join(', ');
    return [
      `hash(${target.text}, HashAlgorithm.${random.one(HASHES)}, ${base}, { ${list} }, ${literal({ kind: 'bit', width: 32 }, maximum)});`,
    ];
  }

  /** What decides where the packet goes. */
  #control(scope: Scope): readonly string[] | undefined {
    const plan = this.#plan;
    const { random, features } = plan;
    const ingress = this.#where === 'ingress';
    const session = () => `32w${random.between(1, SESSIONS + (random.chance(10) ? 1 : 0))}`;
    const type = ingress ? 'CloneType.I2E' : 'CloneType.E2E';
    switch (random.pick(6)) {
      case 0: {
        if (!features.clones) break;
        const call = random.chance(40)
          ? `clone(${type}, ${session()});`
          : `clone_preserving_field_list(${type}, ${session()}, ${random.between(1, 3)});`;
        // A copy of a copy of a copy would have no end.
        return ingress ? [call] : [`if (sm.instance_type == 0 || sm.instance_type == 5) { ${call} }`];
      }
      case 1: {
        if (!features.reentry) break;
        const name = ingress ? 'resubmit' : 'recirculate';
        const list = random.between(1, 3);
        return [
          `if (meta.rounds < ${random.between(1, 3)}) {`,
          '    meta.rounds = meta.rounds + 1;',
          `    ${name}_preserving_field_list(${list});`,
          '}',
        ];
      }
      case 2:
        if (!features.multicast || !ingress) break;
        return [`sm.mcast_grp = (bit<16>)${expression(plan, scope, { kind: 'bit', width: 2 }, 1)};`];
      case 3:
        if (!features.truncate) break;
        return [`truncate((bit<32>)${expression(plan, scope, { kind: 'bit', width: 7 }, 1)});`];
      case 4:
        if (!random.chance(30)) break;
        return [`if (${expression(plan, scope, { kind: 'bool' }, 1)}) { mark_to_drop(sm); }`];
      default:
        break;
    }
    if (!ingress) return undefined;
    return [`sm.egress_spec = (bit<9>)${expression(plan, scope, { kind: 'bit', width: 3 }, 2)};`];
  }
}
