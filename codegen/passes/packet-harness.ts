/**
 * Runs a lowered v1model program on packets, for tests of the lowering and of passes: as much of the architecture as
 * programs need that use no traffic manager. Externs that it does not know make it throw.
 */

import {
  copyValue,
  defaultValue,
  type Entry,
  type ExternCall,
  type KeyMatch,
  Machine,
  PacketReader,
  PacketWriter,
  type Value,
} from '../ir/evaluate-ir/index.ts';
import type { Block, Program, Type } from '../ir/index.ts';

/** A packet that came out. */
export type Output = { readonly port: number; readonly bytes: string };

/** What a packet did: where it went, undefined when it was dropped. */
export type Run = { readonly output: Output | undefined; readonly trace: readonly string[] };

/** The program uses something that this harness does not have. */
export class Unsupported extends Error {}

const DROP_PORT = 511n;

function blockOf(program: Program, parameter: string): Block {
  const argument = program.main.arguments.get(parameter);
  const block = argument?.kind === 'block' ? program.blocks.get(argument.name) : undefined;
  if (block === undefined) throw new Unsupported(`main has no '${parameter}'`);
  return block;
}

function structField(value: Value | undefined, type: Type | undefined, name: string) {
  if (typeof value !== 'object' || value.kind !== 'struct' || type?.kind !== 'struct') return undefined;
  return { elements: value.elements, index: type.fields.findIndex((field) => field.name === name) };
}

/** A v1model program with entries, ready for packets. Registers keep what packets write. */
export class PacketHarness {
  readonly #program: Program;
  readonly #machine: Machine;
  readonly #trace: string[] = [];
  readonly #registers = new Map<string, Map<bigint, Value>>();

  constructor(
    program: Program,
    entries: ReadonlyMap<string, readonly Entry[]> = new Map(),
    valueSets: ReadonlyMap<string, readonly (readonly KeyMatch[])[]> = new Map(),
  ) {
    this.#program = program;
    this.#machine = new Machine(program, {
      entries,
      valueSets,
      callExtern: (call) => this.#extern(call),
    });
  }

  /** Sends one packet in. */
  run(port: number, bytes: Uint8Array): Run {
    this.#trace.length = 0;
    const reader = new PacketReader(bytes);
    const parser = blockOf(this.#program, 'p');
    const standardType = parser.parameters[3]?.variable.type;
    const standard: Value = {
      kind: 'struct',
      elements:
        standardType?.kind === 'struct'
          ? standardType.fields.map((field): Value => (field.type.kind === 'error' ? 'NoError' : 0n))
          : [],
    };
    const set = (name: string, value: Value) => {
      const place = structField(standard, standardType, name);
      if (place !== undefined && place.index >= 0) place.elements[place.index] = value;
    };
    const get = (from: Value | undefined, name: string) => {
      const place = structField(from, standardType, name);
      return place === undefined ? undefined : place.elements[place.index];
    };
    set('ingress_port', BigInt(port));
    set('packet_length', BigInt(bytes.length));
    const metadataType = parser.parameters[2]?.variable.type;
    const metadata = metadataType === undefined ? false : defaultValue(metadataType);
    const parsed = this.#machine.run(parser.name, [
      { kind: 'object', object: reader },
      false,
      metadata,
      standard,
    ]);
    let headers = parsed.values[1] ?? false;
    let meta = parsed.values[2] ?? false;
    let now = copyValue(parsed.values[3] ?? standard);
    const error = structField(now, standardType, 'parser_error');
    if (error !== undefined) error.elements[error.index] = parsed.error;
    const two = (name: string) => {
      const outcome = this.#machine.run(blockOf(this.#program, name).name, [headers, meta]);
      headers = outcome.values[0] ?? headers;
      meta = outcome.values[1] ?? meta;
    };
    const three = (name: string) => {
      const outcome = this.#machine.run(blockOf(this.#program, name).name, [headers, meta, now]);
      headers = outcome.values[0] ?? headers;
      meta = outcome.values[1] ?? meta;
      now = outcome.values[2] ?? now;
    };
    two('vr');
    three('ig');
    const chosen = get(now, 'egress_spec');
    if (get(now, 'mcast_grp') !== 0n) throw new Unsupported('multicast');
    if (chosen === DROP_PORT) return this.#finish(undefined);
    const egressPort = structField(now, standardType, 'egress_port');
    if (egressPort !== undefined) egressPort.elements[egressPort.index] = chosen ?? 0n;
    three('eg');
    if (get(now, 'egress_spec') === DROP_PORT) return this.#finish(undefined);
    two('ck');
    const writer = new PacketWriter();
    this.#machine.run(blockOf(this.#program, 'dep').name, [{ kind: 'object', object: writer }, headers]);
    const out = Buffer.concat([writer.bytes(), reader.rest()]).toString('hex');
    return this.#finish({ port: Number(get(now, 'egress_port') ?? 0n), bytes: out });
  }

  #finish(output: Output | undefined): Run {
    return { output, trace: [...this.#trace] };
  }

  #extern(call: ExternCall): Value | undefined {
    const [first, second] = call.arguments;
    switch (`${call.extern ?? ''}.${call.name}`) {
      case '.mark_to_drop': {
        const standard = copyValue(first?.value ?? false);
        const drop = structField(standard, first?.type, 'egress_spec');
        if (drop !== undefined) drop.elements[drop.index] = DROP_PORT;
        first?.store(standard);
        return undefined;
      }
      case 'register.read': {
        const index = second?.value;
        const held = this.#register(call).get(typeof index === 'bigint' ? index : 0n);
        first?.store(held ?? 0n);
        return undefined;
      }
      case 'register.write':
        if (typeof first?.value === 'bigint' && second?.value !== undefined)
          this.#register(call).set(first.value, second.value);
        return undefined;
      case '.log_msg':
      case '.assert':
      case '.assume':
      case 'counter.count':
        this.#trace.push(`${call.instance ?? call.name}`);
        return undefined;
      default:
        throw new Unsupported(`extern ${call.extern ?? ''} ${call.name}`);
    }
  }

  #register(call: ExternCall): Map<bigint, Value> {
    const name = call.instance ?? '';
    let register = this.#registers.get(name);
    if (register === undefined) {
      register = new Map();
      this.#registers.set(name, register);
    }
    return register;
  }
}
