/**
 * Tofino's externs, for running the program with the evaluator of lowered programs. Hashes have the size of the chip's and
 * not their bits; nothing is drawn at random, and meters are green.
 */

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { defaultValue, type Machine, type Value } from '../../codegen/ir/evaluate-ir/index.ts';
import type { Program, Type } from '../../codegen/ir/index.ts';
import { toBytes } from '../oracle/bytes.ts';
import { widthOf } from './ir-fields.ts';

type ExternCall = Parameters<ConstructorParameters<typeof Machine>[1]['callExtern']>[0];

/** What a packet has set off. */
export type Effects = {
  digest: readonly bigint[] | undefined;
  mirror: Uint8Array | undefined;
};

/** Externs with what they remember from packet to packet. */
export class TnaExterns {
  /** Set before each packet. */
  readonly effects: Effects = { digest: undefined, mirror: undefined };
  readonly #program: Program;
  readonly #machine: () => Machine;
  readonly #cells = new Map<string, Value>();
  readonly #sums = new Map<string, number>();

  constructor(program: Program, machine: () => Machine) {
    this.#program = program;
    this.#machine = machine;
  }

  begin(): void {
    this.effects.digest = undefined;
    this.effects.mirror = undefined;
    this.#sums.clear();
  }

  call(call: ExternCall): Value | undefined {
    const { extern, name, instance = '', arguments: given, returnType } = call;
    const values = given.map(({ value, type }) => ({ value: value ?? defaultValue(type), type }));
    switch (`${extern}.${name}`) {
      case 'Hash.get':
        return this.#hash(instance, bitsOf(values), returnType);
      case 'Random.get':
      case 'Meter.execute':
        return 0n;
      case 'Counter.count':
      case 'DirectCounter.count':
        return undefined;
      case 'RegisterAction.execute':
        return this.#access(instance, numberOf(values[0]?.value));
      case 'RegisterAction.predicate':
        // One bit for each outcome of the two comparisons.
        return 1n << ((values[0]?.value === true ? 1n : 0n) + (values[1]?.value === true ? 2n : 0n));
      case 'Checksum.add':
      case 'Checksum.subtract': {
        const sum = onesSum(bitsOf(values), name === 'subtract');
        this.#sums.set(instance, fold((this.#sums.get(instance) ?? 0) + sum));
        return undefined;
      }
      case 'Checksum.get':
        return BigInt(this.#sums.get(instance) ?? 0);
      case 'Checksum.verify':
        // True: wrong.
        return (this.#sums.get(instance) ?? 0) !== 0xffff;
      case 'Checksum.update': {
        const [data, zerosAsOnes] = values;
        const sum = ~onesSum(bitsOf(data === undefined ? [] : [data]), false) & 0xffff;
        return BigInt(sum === 0 && zerosAsOnes?.value === true ? 0xffff : sum);
      }
      case 'Digest.pack':
        this.effects.digest = scalarsOf(values[0]?.value);
        return undefined;
      case 'Mirror.emit':
        this.effects.mirror = bitsOf(values.slice(1));
        return undefined;
      default:
        throw new Error(`no extern ${extern}.${name}`);
    }
  }

  /** Slots by CRC-32, so that flows that collide in v1model's cache do so here; tags that differ for different tuples. */
  #hash(instance: string, bytes: Uint8Array, type: Type): bigint {
    const width = widthOf(type);
    if (width < 32) return BigInt.asUintN(width, BigInt(crc32(bytes)));
    return BigInt(createHash('sha256').update(instance).update(bytes).digest().readUInt32BE());
  }

  #access(name: string, index: bigint): Value {
    const action = this.#program.instances.get(name);
    const register = action?.arguments.get('reg');
    const body = action?.methods.get('apply');
    if (register?.kind !== 'instance' || body === undefined) throw new Error(`${name} has no register`);
    const key = `${register.instance}[${index}]`;
    const initial = this.#program.instances.get(register.instance)?.arguments.get('initial_value');
    const there = this.#cells.get(key) ?? initialValue(initial);
    const [cell, result] = this.#machine().invoke(body, [there]);
    if (cell === undefined || result === undefined) throw new Error(`${name} gives nothing`);
    this.#cells.set(key, cell);
    return result;
  }
}

type Typed = { readonly value: Value; readonly type: Type };

function initialValue(expression: unknown): Value {
  if (typeof expression !== 'object' || expression === null) return 0n;
  if ('elements' in expression && Array.isArray(expression.elements)) {
    return { kind: 'struct', elements: expression.elements.map(initialValue) };
  }
  return 'value' in expression && typeof expression.value === 'bigint' ? expression.value : 0n;
}

function numberOf(value: Value | undefined): bigint {
  return typeof value === 'bigint' ? value : 0n;
}

/** All scalars of a value, in order. */
function scalarsOf(value: Value | undefined): readonly bigint[] {
  if (typeof value === 'bigint') return [value];
  if (typeof value === 'object' && 'elements' in value) return value.elements.flatMap(scalarsOf);
  return [];
}

/** The bits of values one after another, filled up to bytes. */
function bitsOf(values: readonly Typed[]): Uint8Array {
  let all = 0n;
  let width = 0;
  for (const { value, type } of values.flatMap(flatten)) {
    const bits = widthOf(type);
    all = (all << BigInt(bits)) | BigInt.asUintN(bits, numberOf(value));
    width += bits;
  }
  const bytes = Math.ceil(width / 8);
  return toBytes(all << BigInt(bytes * 8 - width), bytes);
}

function flatten({ value, type }: Typed): readonly Typed[] {
  if (typeof value !== 'object' || !('elements' in value)) return [{ value, type }];
  return value.elements.flatMap((element, index) => {
    const inner =
      type.kind === 'tuple' ? type.elements[index] : 'fields' in type ? type.fields[index]?.type : undefined;
    return inner === undefined ? [] : flatten({ value: element, type: inner });
  });
}

function onesSum(bytes: Uint8Array, isComplement: boolean): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) {
    const word = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    sum = fold(sum + (isComplement ? ~word & 0xffff : word));
  }
  return sum;
}

function fold(sum: number): number {
  return (sum & 0xffff) + (sum >>> 16);
}
