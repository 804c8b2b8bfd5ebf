/** Primitives to code. Jumps are not here: they belong to the action that they jump in. */

import { type I32, i64, select32, select64 } from '../../wasm/index.ts';
import type { DataExpression, MeterArray, Primitive } from '../json/index.ts';
import { loadRegister } from './bits.ts';
import { bool, exact, index32, value32, value64 } from './expressions.ts';
import type { ArrayPlace, Frame } from './frame.ts';
import {
  addHeader,
  assignHeader,
  assignStack,
  assignUnion,
  pop,
  push,
  removeHeader,
} from './header-copies.ts';
import { CLONE_WANTED } from './packet-state.ts';
import { fixed, Place } from './place.ts';
import { headerReference, markValid, staticField, variableReference } from './references.ts';
import { assign, assignLimbs, copyInNetworkOrder, storeField, storeRegister } from './stores.ts';

/** Bytes that the values of one message for the log may take. */
export const LOG_BYTES = 16_384;

/** A primitive that does not jump. */
export type PlainPrimitive = Exclude<Primitive, { op: '_jump' | '_jump_if_zero' }>;

/** Writes one primitive. */
export function emitPrimitive(frame: Frame, primitive: PlainPrimitive): void {
  const { f, machine } = frame;
  const { packet } = machine;
  switch (primitive.op) {
    case 'assign':
      assign(frame, primitive.target, primitive.value);
      return;
    case 'assign_VL': {
      const to = variableReference(frame, primitive.target);
      const from = variableReference(frame, primitive.source_);
      // The target may have less room, which BMv2 does not check.
      const length = f.let32(from.length.load32());
      f.set(length, select32(length.gtU(to.room), to.room, length));
      to.length.store32(f, length);
      f.copy(to.bytes.address(), from.bytes.address(), length);
      return;
    }
    case 'assign_header':
      assignHeader(frame, primitive.target, primitive.value);
      return;
    case 'assign_union':
      assignUnion(frame, primitive.target, primitive.value);
      return;
    case 'assign_header_stack':
    case 'assign_union_stack':
      assignStack(frame, primitive.target, primitive.value);
      return;
    case 'push':
      push(frame, primitive.stack, primitive.count);
      return;
    case 'pop':
      pop(frame, primitive.stack, primitive.count);
      return;
    case 'add_header':
      addHeader(frame, primitive.header);
      return;
    case 'remove_header':
      removeHeader(frame, primitive.header);
      return;
    case 'add_header_fast':
      if (primitive.header.kind === 'header' && primitive.header.header.metadata) return;
      markValid(frame, headerReference(frame, primitive.header));
      return;
    case 'exit':
      f.set(packet.exit, 1);
      return;
    case 'no_op':
      return;
    case 'drop':
      setField(frame, 'standard_metadata.egress_spec', machine.dropPort);
      setField(frame, 'intrinsic_metadata.mcast_grp', 0);
      return;
    case 'mark_to_drop':
      for (const type of primitive.header.type.fields) {
        if (type.name !== 'egress_spec' && type.name !== 'mcast_grp') continue;
        const field = staticField(frame, { header: primitive.header, type });
        storeField(frame, field, [i64(type.name === 'egress_spec' ? BigInt(machine.dropPort) : 0n)]);
      }
      return;
    case 'assert':
    case 'assume':
      f.if(bool(frame, { kind: 'toBool', operand: primitive.condition }).eqz(), () => {
        // BMv2 ends itself here; a switch that others depend on drops the packet and says so.
        f.set(packet.failed, 1);
        f.set(packet.exit, 1);
        f.call(machine.host.assertion, machine.assertions.push(primitive) - 1);
      });
      return;
    case 'log_msg':
      emitLog(frame, primitive.format, primitive.values);
      return;
    case 'modify_field_rng_uniform': {
      const low = f.let64(value64(frame, primitive.low));
      const high = f.let64(value64(frame, primitive.high));
      f.if(low.leU(high), () => {
        assignLimbs(frame, primitive.target, [f.let64(f.call64(machine.functions.random, low, high))]);
      });
      return;
    }
    case 'modify_field_with_hash_based_offset': {
      const base = f.let64(value64(frame, primitive.base));
      const hash = f.let64(f.call64(machine.functions.calculation(primitive.calculation)));
      if (primitive.size.kind === 'constant') {
        // No division where a mask does.
        const count = BigInt.asUintN(64, primitive.size.value) || 1n;
        const rest = (count & (count - 1n)) === 0n ? hash.and(count - 1n) : hash.remU(count);
        assignLimbs(frame, primitive.target, [f.let64(rest.add(base))]);
        return;
      }
      const size = f.let64(value64(frame, primitive.size));
      const divisor = f.let64(select64(size.eqz(), 1n, size));
      assignLimbs(frame, primitive.target, [f.let64(hash.remU(divisor).add(base))]);
      return;
    }
    case 'generate_digest':
      f.set(packet.learn, value32(frame, primitive.learnList).and(0xffff));
      return;
    case 'clone':
      f.set(packet.clone, value32(frame, primitive.session).and(0xffff).or(CLONE_WANTED));
      f.set(packet.cloneFields, value32(frame, primitive.fieldList).and(0xffff));
      return;
    case 'resubmit':
      f.set(packet.resubmit, value32(frame, primitive.fieldList).and(0xffff));
      return;
    case 'recirculate':
      f.set(packet.recirculate, value32(frame, primitive.fieldList).and(0xffff));
      return;
    case 'truncate': {
      const { value, inRange } = index32(frame, primitive.length, 2 ** 32);
      const length = f.let32(value);
      f.if(inRange, () =>
        f.set(packet.truncated, select32(length.ltU(packet.truncated), length, packet.truncated)),
      );
      return;
    }
    case 'count':
      withElement(frame, machine.counters(primitive.array), primitive.index, (element) => {
        element.store64(f, element.load64().add(1n));
        const bytes = element.at(8);
        bytes.store64(f, bytes.load64().add(packet.ingressLength.toU64()));
      });
      return;
    case 'execute_meter':
      withElement(frame, machine.meters(primitive.array), primitive.index, (element) => {
        assignLimbs(frame, primitive.target, [
          f.let64(meterColour(frame, primitive.array, element.address()).toU64()),
        ]);
      });
      return;
    case 'register_read':
      withElement(frame, machine.registers(primitive.array), primitive.index, (element) => {
        const { bits } = primitive.array;
        if (copyInNetworkOrder(frame, primitive.target, element, bits)) return;
        assignLimbs(frame, primitive.target, loadRegister(f, element, bits));
      });
      return;
    case 'register_write':
      withElement(frame, machine.registers(primitive.array), primitive.index, (element) => {
        storeRegister(frame, element, primitive.array.bits, primitive.value);
      });
  }
}

/** Runs a meter for the packet; one at address 0, or without a configuration, finds it green. */
export function meterColour(frame: Frame, array: MeterArray, meter: I32): I32 {
  const { functions, packet } = frame.machine;
  const tokens = array.unit === 'bytes' ? packet.ingressLength : 1;
  return frame.f.call32(functions.meter, meter, tokens, packet.ingressLength, packet.now, 0);
}

/** Sets a field that the switch knows by name, in programs that have it. */
export function setField(frame: Frame, name: string, value: number): void {
  const field = frame.machine.program.field(name);
  if (field !== undefined) storeField(frame, staticField(frame, field), [i64(BigInt(value))]);
}

/** Does something with an element of an array; out of bounds nothing happens, as in BMv2. */
function withElement(
  frame: Frame,
  array: ArrayPlace,
  index: DataExpression,
  use: (element: Place) => void,
): void {
  const { f } = frame;
  if (index.kind === 'constant') {
    if (index.value >= 0n && index.value < BigInt(array.size)) {
      use(fixed(array.base + Number(index.value) * array.stride));
    }
    return;
  }
  const { value, inRange } = index32(frame, index, array.size);
  const offset = f.let32(value.mul(array.stride));
  f.if(inRange, () => use(new Place(offset, array.base)));
}

/** Messages cost nothing unless someone listens. */
function emitLog(frame: Frame, format: string, expressions: readonly DataExpression[]): void {
  const { f, machine } = frame;
  if (machine.host.log === undefined) return;
  let address = machine.logValues;
  const values = expressions.map((expression) => {
    const { limbs, signed } = exact(frame, expression);
    const place = { address, limbs: limbs.length, signed };
    for (const [index, limb] of limbs.entries()) fixed(address + index * 8).store64(f, limb);
    address += limbs.length * 8;
    if (address > machine.logValues + LOG_BYTES) {
      throw new RangeError(`the values of a message for the log take more than ${LOG_BYTES} bytes`);
    }
    return place;
  });
  f.call(machine.host.log, machine.messages.push({ format, values }) - 1);
}
