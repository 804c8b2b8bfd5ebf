/** Actions: each is a function that takes the address of the entry's action data. */

import type { ModuleBuilder } from '../../wasm/index.ts';
import type { Action, Primitive } from '../json/index.ts';
import { emitGraph } from './control-flow.ts';
import { bool } from './expressions.ts';
import { applyPrimitive, type Facts, forgetTouched, type OpenFacts, type SingleHeaders } from './facts.ts';
import { Frame, type Machine } from './frame.ts';
import { isNetworkParameter, slotBytes } from './layout.ts';
import { Place } from './place.ts';
import { emitPrimitive, type PlainPrimitive } from './primitives.ts';

/** Steps back that an action may take: for loops that a compiler made from the program's. */
const MAXIMUM_TURNS = 65_536;

type Jump = Extract<Primitive, { op: '_jump' | '_jump_if_zero' }>;

function isJump(primitive: Primitive): primitive is Jump {
  return primitive.op === '_jump' || primitive.op === '_jump_if_zero';
}

/** Bytes of an action's data, as `encodeActionData` writes it. */
export function actionDataBytes(action: Action): number {
  return action.parameters.reduce((bytes, { bits }) => bytes + slotBytes(bits), 0);
}

/** Puts a number into the data of an action, as its code reads it. @param bits Of the parameter. @param value Big-endian. */
export function putParameter(data: Uint8Array, offset: number, bits: number, value: Uint8Array): void {
  const bytes = Math.ceil(bits / 8);
  const start = Math.max(0, value.length - bytes);
  for (let from = value.length - 1; from >= start; from--) {
    const place = value.length - 1 - from;
    data[offset + (isNetworkParameter(bits) ? bytes - 1 - place : place)] = value[from] ?? 0;
  }
}

/** Takes a number out of the data of an action, big-endian. */
export function takeParameter(data: Uint8Array, offset: number, bits: number): Uint8Array {
  const value = data.slice(offset, offset + Math.ceil(bits / 8));
  return isNetworkParameter(bits) ? value : value.reverse();
}

/** The data of an action as its code reads it: every value in a slot of its own, little-endian unless it is wide. */
export function encodeActionData(action: Action, values: readonly bigint[]): Uint8Array {
  const data = new Uint8Array(actionDataBytes(action));
  let offset = 0;
  for (const [index, { bits }] of action.parameters.entries()) {
    const value = BigInt.asUintN(bits, values[index] ?? 0n);
    putParameter(data, offset, bits, bytesOfNumber(value, Math.ceil(bits / 8)));
    offset += slotBytes(bits);
  }
  return data;
}

/** The values of an action from its data. */
export function decodeActionData(action: Action, data: Uint8Array): readonly bigint[] {
  let offset = 0;
  return action.parameters.map(({ bits }) => {
    const bytes = takeParameter(data, offset, bits);
    offset += slotBytes(bits);
    return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  });
}

function bytesOfNumber(value: bigint, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) =>
    Number((value >> BigInt(8 * (bytes - 1 - index))) & 0xffn),
  );
}

/** A run of primitives that is entered only at its start. */
type Block = {
  readonly plain: readonly PlainPrimitive[];
  readonly jump: Jump | undefined;
  readonly next: number;
};

/** Blocks by the position of their first primitive; the end of the action is no block. */
function blocksOf(primitives: readonly Primitive[]): ReadonlyMap<number, Block> {
  const starts = new Set([0]);
  for (const [index, primitive] of primitives.entries()) {
    if (!isJump(primitive)) continue;
    starts.add(primitive.offset);
    starts.add(index + 1);
  }
  const blocks = new Map<number, Block>();
  for (const start of starts) {
    if (start >= primitives.length) continue;
    const plain: PlainPrimitive[] = [];
    let jump: Jump | undefined;
    let position = start;
    while (position < primitives.length && (position === start || !starts.has(position))) {
      const primitive = primitives[position];
      position++;
      if (primitive === undefined) break;
      if (isJump(primitive)) {
        jump = primitive;
        break;
      }
      plain.push(primitive);
    }
    blocks.set(start, { plain, jump, next: position });
  }
  return blocks;
}

/**
 * Writes all primitives of an action.
 * @param facts What is known in front of it: those of the frame. Behind it, what is known then.
 */
function emitBody(
  frame: Frame,
  primitives: readonly Primitive[],
  facts: OpenFacts,
  single: SingleHeaders,
): void {
  const { f, machine } = frame;
  if (!primitives.some(isJump)) {
    for (const primitive of primitives) {
      if (isJump(primitive)) continue;
      emitPrimitive(frame, primitive);
      applyPrimitive(primitive, facts, machine.program, single);
    }
    return;
  }
  for (const primitive of primitives) forgetTouched(primitive, facts, machine.program, single);
  const blocks = blocksOf(primitives);
  const target = (position: number) => (blocks.has(position) ? position : undefined);
  emitGraph(f, {
    count: primitives.length,
    initial: 0,
    successors: (start) => {
      const block = blocks.get(start);
      if (block === undefined) return [];
      if (block.jump === undefined) return [target(block.next)];
      const jumpTo = target(block.jump.offset);
      return block.jump.op === '_jump' ? [jumpTo] : [target(block.next), jumpTo];
    },
    emit: (start, go) => {
      const block = blocks.get(start);
      for (const primitive of block?.plain ?? []) emitPrimitive(frame, primitive);
      const jump = block?.jump;
      if (jump?.op === '_jump_if_zero') {
        f.if(bool(frame, { kind: 'toBool', operand: jump.condition }).eqz(), () => go(target(jump.offset)));
      }
      if (jump?.op === '_jump') go(target(jump.offset));
      else go(target(block?.next ?? primitives.length));
    },
    fuel: MAXIMUM_TURNS,
    // A packet whose action does not end is dropped, like one that fails an assertion.
    exhausted: () => {
      f.set(machine.packet.failed, 1);
      f.set(machine.packet.exit, 1);
    },
  });
}

/** Adds the function of an action: for traces, which show each. */
export function addAction(m: ModuleBuilder, machine: Machine, action: Action): void {
  m.function(machine.functions.action(action), { data: 'i32' }, undefined, (f, { data }) => {
    emitAction(new Frame(f, machine), action, new Place(data, 0), new Map(), new Set());
  });
}

/**
 * Writes an action where it is run.
 * @param data Where the values of its parameters stand.
 * @param facts What is known in front of it.
 */
export function emitAction(
  { f, machine }: Frame,
  action: Action,
  data: Place,
  facts: Facts,
  single: SingleHeaders,
): void {
  const open: OpenFacts = new Map(facts);
  emitBody(new Frame(f, machine, action.parameters, data, open), action.primitives, open, single);
}

/** Whether an action may end the pipeline. */
export function mayExit(action: Action): boolean {
  return action.primitives.some(
    (primitive) =>
      primitive.op === 'exit' ||
      primitive.op === 'assert' ||
      primitive.op === 'assume' ||
      // Of a loop that does not end.
      (isJump(primitive) && action.primitives.indexOf(primitive) >= primitive.offset),
  );
}
