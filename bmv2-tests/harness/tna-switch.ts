/**
 * The program for Tofino, run packet by packet by the evaluator of lowered programs: ingress parser, ingress, deparser,
 * and egress for what is mirrored; of the folded program through both pipes. It shows what the program says, not what a chip
 * does with it.
 */

import {
  defaultValue,
  Machine,
  PacketReader,
  PacketWriter,
  type Value,
} from '../../codegen/ir/evaluate-ir/index.ts';
import type { Program, Table, Type } from '../../codegen/ir/index.ts';
import { lowerProgram } from '../../codegen/ir/lower/index.ts';
import { readMatch, readValue } from '../oracle/tables.ts';
import type { CaseEntry, CasePacket } from './case.ts';
import { TnaExterns } from './tna-externs.ts';
import { type Pipe, pipesOf } from './tna-pipes.ts';
import {
  CPU_PORTS_OF_TOFINO,
  type Generation,
  INTRINSIC_BYTES,
  TNA_PATH,
  tnaFrontEnd,
} from './tna-program.ts';

const CPU_PORT = 510;
/** What the number of a port of pipe B has other than that of the port of pipe A beside it. */
const BESIDE = 128;
const ALL_ONES = (1n << 128n) - 1n;

/** What came of a packet: as the cases have it, and whether the parser takes it. */
export type TnaOutcome = {
  readonly sent: readonly CasePacket[];
  readonly digest: readonly bigint[] | undefined;
  /** The parser does not read all of it: it goes to the controller where v1model might forward it. */
  readonly isMarked: boolean;
};

/** What leaves ingress of a pipe. */
type Ingress = {
  /** The port, and the packet; undefined: it is dropped. */
  readonly sent: { readonly port: number; readonly bytes: Uint8Array } | undefined;
  readonly isMarked: boolean;
};

type Row = { readonly entry: CaseEntry; readonly action: string; readonly arguments: readonly Value[] };
type Keys = Parameters<ConstructorParameters<typeof Machine>[1]['entries']['get']>[0];

export class TnaSwitch {
  readonly #program: Program;
  readonly #pipes: readonly Pipe[];
  readonly #generation: Generation;
  readonly #machine: Machine;
  readonly #externs: TnaExterns;
  readonly #entries = new Map<Keys, (Row & { readonly keys: readonly KeyMatch[] })[]>();

  /** @param path The program: in one pipe, or folded. */
  constructor(path: string = TNA_PATH, generation: Generation = 1) {
    const { checked, evaluated, sink } = tnaFrontEnd(generation, path);
    if (evaluated === undefined) throw new Error('the program for Tofino does not compile');
    this.#program = lowerProgram(checked, evaluated, sink).program;
    this.#pipes = pipesOf(this.#program);
    this.#generation = generation;
    this.#externs = new TnaExterns(this.#program, () => this.#machine);
    this.#machine = new Machine(this.#program, {
      entries: this.#entries,
      valueSets: new Map(),
      callExtern: (call) => this.#externs.call(call),
    });
  }

  insert(entry: CaseEntry): void {
    const table = [...this.#program.tables.values()].find((one) => one.controlPlaneName === entry.table);
    if (table === undefined) throw new Error(`no table ${entry.table}`);
    const [only] = entry.set ?? [];
    const sourceName = entry.action ?? only?.action ?? '';
    const data = entry.data ?? only?.data ?? {};
    const action = table.actions
      .map((one) => this.#program.actions.get(one.action))
      .find((one) => one?.sourceName === sourceName);
    if (action === undefined) throw new Error(`${entry.table} has no action ${sourceName}`);
    const values = action.parameters
      .filter(({ direction }) => direction === 'none')
      .map(({ variable }) => readValue(data[variable.sourceName] ?? 0));
    const rows = this.#entries.get(table.controlPlaneName) ?? [];
    rows.push({ entry, keys: keysOf(table, entry), action: action.controlPlaneName, arguments: values });
    // The first that matches is taken.
    rows.sort((left, right) => (right.entry.priority ?? 0) - (left.entry.priority ?? 0));
    this.#entries.set(table.controlPlaneName, rows);
  }

  remove(entry: CaseEntry): void {
    for (const [name, rows] of this.#entries) {
      this.#entries.set(
        name,
        rows.filter((row) => row.entry !== entry),
      );
    }
  }

  /** @param now nanoseconds. */
  send(port: number, bytes: Uint8Array, now: bigint): TnaOutcome {
    this.#externs.begin();
    const [pipeA, pipeB] = this.#pipes;
    if (pipeA === undefined) throw new Error('the program has no pipe');
    const first = this.#ingress(
      pipeA,
      port === CPU_PORT ? CPU_PORTS_OF_TOFINO[this.#generation] : port,
      bytes,
      now,
    );
    let { sent } = first;
    let mirrored = bytes;
    // As if the controller's packet had come in by the port that it names.
    const arrival = port === CPU_PORT ? ((bytes[0] ?? 0) << 1) | ((bytes[1] ?? 0) >> 7) : port;
    if (pipeB !== undefined && sent?.port === (arrival ^ BESIDE)) {
      mirrored = sent.bytes;
      sent = this.#ingress(pipeB, sent.port, sent.bytes, now).sent;
    }
    const packets = sent === undefined ? [] : [casePacket(sent.port, sent.bytes)];
    const { mirror, digest } = this.#externs.effects;
    if (mirror !== undefined) {
      const copy = this.#egress(pipeA, Buffer.concat([mirror, mirrored]));
      if (copy !== undefined) packets.push(casePacket(CPU_PORT, copy));
    }
    return { sent: packets, digest, isMarked: first.isMarked };
  }

  #ingress(pipe: Pipe, port: number, bytes: Uint8Array, now: bigint): Ingress {
    const [, , metadataType] = this.#types(pipe.ingressParser);
    const front = Buffer.alloc(INTRINSIC_BYTES[this.#generation]);
    front.writeUInt16BE(port);
    front.writeUIntBE(Number(now & 0xffffffffffffn), 2, 6);
    const reader = new PacketReader(Buffer.concat([front, bytes]));
    const parsed = this.#machine.run(pipe.ingressParser, [object(reader), false, false, false]);
    const [, headers = false, metadata = false, intrinsic = false] = parsed.values;
    const [, , , fromParserType, deparserType, managerType] = this.#types(pipe.ingress);
    const fromParser = defaultValue(fromParserType);
    if (parsed.kind === 'reject') set(fromParser, fromParserType, 'parser_err', 1n);
    const [headersAfter = false, metadataAfter = false, , , deparserAfter = false, managerAfter = false] =
      this.#machine.run(pipe.ingress, [
        headers,
        metadata,
        intrinsic,
        fromParser,
        defaultValue(deparserType),
        defaultValue(managerType),
      ]).values;
    const writer = new PacketWriter();
    this.#machine.run(pipe.ingressDeparser, [object(writer), headersAfter, metadataAfter, deparserAfter]);
    const facts = get(metadata, metadataType, 'facts');
    const factsType = fieldType(metadataType, 'facts');
    const isMarked =
      parsed.kind === 'reject' ||
      (facts !== undefined &&
        (get(facts, factsType, 'is_malformed') === true || get(facts, factsType, 'is_unplaced') === true));
    const isDropped = get(deparserAfter, deparserType, 'drop_ctl') !== 0n;
    const out = Number(get(managerAfter, managerType, 'ucast_egress_port'));
    return {
      sent: isDropped ? undefined : { port: out, bytes: Buffer.concat([writer.bytes(), reader.rest()]) },
      isMarked,
    };
  }

  #egress(pipe: Pipe, bytes: Uint8Array): Uint8Array | undefined {
    const [, , , intrinsicType] = this.#types(pipe.egressParser);
    const width = 'fields' in intrinsicType ? bitsOfHeader(intrinsicType) : 0;
    const reader = new PacketReader(Buffer.concat([Buffer.alloc(width / 8), bytes]));
    const parsed = this.#machine.run(pipe.egressParser, [object(reader), false, false, false]);
    const [, headers = false, metadata = false, intrinsic = false] = parsed.values;
    const [, , , fromParserType, deparserType] = this.#types(pipe.egress);
    const after = this.#machine.run(pipe.egress, [
      headers,
      metadata,
      intrinsic,
      defaultValue(fromParserType),
      defaultValue(deparserType),
    ]).values;
    if (get(after[4] ?? false, deparserType, 'drop_ctl') !== 0n) return undefined;
    const writer = new PacketWriter();
    this.#machine.run(pipe.egressDeparser, [object(writer), after[0] ?? false, after[1] ?? false]);
    return Buffer.concat([writer.bytes(), reader.rest()]);
  }

  #types(block: string): [Type, Type, Type, Type, Type, Type] {
    const types = this.#program.blocks.get(block)?.parameters.map(({ variable }) => variable.type) ?? [];
    const none: Type = { kind: 'bool' };
    const [a = none, b = none, c = none, d = none, e = none, f = none] = types;
    return [a, b, c, d, e, f];
  }
}

type KeyMatch = NonNullable<
  ReturnType<ConstructorParameters<typeof Machine>[1]['entries']['get']>
>[number]['keys'][number];

function keysOf(table: Table, { match }: CaseEntry): readonly KeyMatch[] {
  return table.keys.map(({ name, matchKind }): KeyMatch => {
    const value = match[name];
    if (value === undefined || matchKind === 'selector') return { kind: 'any' };
    const found = readMatch(String(value));
    if (matchKind === 'exact' || found.mask === ALL_ONES) return { kind: 'value', value: found.value };
    return { kind: 'mask', ...found };
  });
}

function casePacket(port: number, bytes: Uint8Array): CasePacket {
  return { port, packet: Buffer.from(bytes).toString('hex') };
}

function object(of: object): Value {
  return { kind: 'object', object: of };
}

function bitsOfHeader(type: Extract<Type, { readonly fields: unknown }>): number {
  return type.fields.reduce((sum, field) => sum + (field.type.kind === 'bits' ? field.type.width : 0), 0);
}

function fieldType(type: Type, name: string): Type {
  return ('fields' in type ? type.fields.find((field) => field.name === name)?.type : undefined) ?? type;
}

function get(value: Value, type: Type, name: string): Value | undefined {
  if (typeof value !== 'object' || !('elements' in value) || !('fields' in type)) return undefined;
  return value.elements[type.fields.findIndex((field) => field.name === name)];
}

function set(value: Value, type: Type, name: string, to: Value): void {
  if (typeof value !== 'object' || value.kind !== 'struct' || !('fields' in type)) return;
  value.elements[type.fields.findIndex((field) => field.name === name)] = to;
}
