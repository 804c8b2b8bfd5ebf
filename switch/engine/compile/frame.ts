/** What the code of one function is written with. */

import type { FunctionBuilder, I32, Local32, Local64 } from '../../wasm/index.ts';
import type {
  Action,
  ActionParameter,
  Calculation,
  Conditional,
  CounterArray,
  DataExpression,
  Field,
  Header,
  HeaderUnion,
  MeterArray,
  Parser,
  ParseState,
  Primitive,
  Program,
  RegisterArray,
  Table,
  ValueSet,
} from '../json/index.ts';
import type { Facts } from './facts.ts';
import { type PacketLayout, slotBytes } from './layout.ts';
import type { PacketState } from './packet-state.ts';
import type { Place } from './place.ts';
import { Ranges } from './range.ts';
import type { Scratch } from './wide.ts';

/** Where the elements of an array stand. */
export type ArrayPlace = { readonly base: number; readonly size: number; readonly stride: number };

/** Functions of the module that the program calls, by name. */
export type Functions = {
  /** `(address, length) → i64`. */
  readonly hash: (calculation: Calculation) => string;
  /** `(low i64, high i64) → i64`, both included. */
  readonly random: string;
  /** `(address of a meter, or 0; tokens i32; bytes i32; now i64; colour before i32) → colour i32`. */
  readonly meter: string;
  /** `(address of the key) → whether it is in the set`. */
  readonly contains: (set: ValueSet, mask: Uint8Array | undefined) => string;
  /** `() → i64`: the value of a calculation for the packet. */
  readonly calculation: (calculation: Calculation) => string;
  /** `(address of the action's data) → nothing`. */
  readonly action: (action: Action) => string;
};

/** Functions of the host that the program calls where it was asked to. */
export type HostCalls = {
  /** `(number of the message)`; its values stand in `logValues`. */
  readonly log: string | undefined;
  /** `(number of the assertion)`. */
  readonly assertion: string;
};

/** A message for the log: what it says, and how its values stand in memory. */
export type LogMessage = {
  readonly format: string;
  readonly values: readonly { readonly address: number; readonly limbs: number; readonly signed: boolean }[];
};

/** What writes calls of the host into the code, so that it sees what happens. */
export type Probes = {
  readonly state: (frame: Frame, parser: Parser, state: ParseState, cursor: Local32) => void;
  readonly lookup: (frame: Frame, table: Table, key: Place, record: Local32) => void;
  readonly action: (frame: Frame, action: Action, record: Local32, data: number) => void;
  readonly condition: (frame: Frame, node: Conditional, result: Local32) => void;
  readonly call: (frame: Frame, action: Action) => void;
  readonly event: (frame: Frame, name: string, values: readonly I32[]) => void;
};

/** What all functions of a program share. */
export type Machine = {
  readonly layout: PacketLayout;
  readonly scratch: Scratch;
  readonly packet: PacketState;
  readonly program: Program;
  readonly functions: Functions;
  readonly host: HostCalls;
  /** What the program may report; the compiler adds to both. */
  readonly messages: LogMessage[];
  readonly assertions: Primitive[];
  /** Where the values of a message stand: this many bytes at most. */
  readonly logValues: number;
  /** Where the input of a checksum or hash is put together. */
  readonly calculationBuffer: number;
  /** Where the key of a parser's value set is put together. */
  readonly parserKey: number;
  /** Where a value waits that is no part of a header: room for the widest. */
  readonly calculationSpill: number;
  /** What egress_spec is set to for a packet that is to be dropped. */
  readonly dropPort: number;
  /** Ends the function of a pipeline when the packet goes no further. */
  readonly leaveOnExit: (frame: Frame) => void;
  /** What tells the host of each step; nothing unless a trace was asked for. */
  readonly trace: Probes | undefined;
  readonly registers: (array: RegisterArray) => ArrayPlace;
  readonly counters: (array: CounterArray) => ArrayPlace;
  readonly meters: (array: MeterArray) => ArrayPlace;
  /** The union that a header is a member of. */
  readonly unionOf: (header: Header) => HeaderUnion | undefined;
  /** Computes an index, and whether it is below a size. Elements are indexed by expressions, which read elements. */
  readonly index: (
    frame: Frame,
    expression: DataExpression,
    size: number,
  ) => { readonly value: I32; readonly inRange: I32 };
};

const NOTHING: Facts = new Map();

/** Fields of metadata in locals of the function that is being written. */
export type MetadataLocals = { readonly of: (field: Field) => Local64 | undefined };

/** A function that is being written. */
export class Frame {
  readonly f: FunctionBuilder;
  readonly machine: Machine;
  readonly ranges: Ranges;
  /** What is known where the code is that is being written. */
  readonly facts: Facts;
  readonly #parameters: readonly ActionParameter[];
  readonly #data: Place | undefined;
  readonly #locals: MetadataLocals | undefined;

  /**
   * @param parameters Of the action, if the function is one.
   * @param data Where their values stand.
   * @param facts What is known; may change while code is written.
   * @param locals Where metadata stands that no other function asks for.
   */
  constructor(
    f: FunctionBuilder,
    machine: Machine,
    parameters: readonly ActionParameter[] = [],
    data?: Place,
    facts: Facts = NOTHING,
    locals?: MetadataLocals,
  ) {
    this.f = f;
    this.machine = machine;
    this.ranges = new Ranges(parameters);
    this.facts = facts;
    this.#parameters = parameters;
    this.#data = data;
    this.#locals = locals;
  }

  /** The local in which a field of metadata is kept; none for those in memory. */
  local(field: Field): Local64 | undefined {
    return this.#locals?.of(field);
  }

  /** Where the value of a parameter stands, and how wide it is. */
  parameter(index: number): { readonly place: Place; readonly bits: number } {
    const parameter = this.#parameters[index];
    if (parameter === undefined || this.#data === undefined) throw new RangeError(`no parameter ${index}`);
    let offset = 0;
    for (const { bits } of this.#parameters.slice(0, index)) offset += slotBytes(bits);
    return { place: this.#data.at(offset), bits: parameter.bits };
  }
}
