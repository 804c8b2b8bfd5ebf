/** Storing values where they belong: with the width, the sign and the saturation that the place has. */

import { i64 } from '../../wasm/index.ts';
import type { DataExpression, FieldType, LeftValue } from '../json/index.ts';
import { limbsOf, storeRegisterLimbs, storeSlot, storeWideBits, truncate } from './bits.ts';
import { storeConcatenation } from './concatenations.ts';
import { index32, value } from './expressions.ts';
import type { Frame } from './frame.ts';
import { isNetworkWidth } from './layout.ts';
import { bytesOf, storeInNetworkOrder } from './network-order.ts';
import { copyBytes, Place } from './place.ts';
import { type FieldReference, fieldOf, headerReference, lastElement, staticField } from './references.ts';
import type { Limbs } from './wide.ts';

/** The field that a left value stands for, if it is one. */
export function fieldReference(frame: Frame, target: LeftValue): FieldReference | undefined {
  switch (target.kind) {
    case 'field':
      return staticField(frame, target.field);
    case 'lastField':
      return fieldOf(lastElement(frame, target.stack, 0), target.field);
    case 'accessField':
      return target.header.kind === 'header'
        ? staticField(frame, { header: target.header.header, type: target.field })
        : fieldOf(headerReference(frame, target.header), target.field);
    case 'register':
      return undefined;
  }
}

/**
 * Stores a number into a field; bits that do not fit are lost.
 * @param fits Whether all do.
 */
export function storeField(frame: Frame, field: FieldReference, limbs: Limbs, fits = false): void {
  const { f } = frame;
  const { bits } = field.type;
  if (field.kind === 'local') {
    const [low = i64(0n)] = limbs;
    f.set(field.local, fits ? low : truncate(low, bits));
    return;
  }
  // What is stored first may be read for what is stored next.
  const kept = limbs.length === 1 ? limbs : limbs.map((limb) => f.let64(limb));
  if (field.kind === 'slot') storeSlot(f, field.place, bits, kept, fits);
  else storeWideBits(f, field.place, field.offset, bits, kept);
}

function saturated(type: FieldType, expression: DataExpression): DataExpression {
  if (!type.saturating) return expression;
  return {
    kind: 'arithmetic',
    operation: type.signed ? 'sat_cast' : 'usat_cast',
    left: expression,
    right: { kind: 'constant', value: BigInt(type.bits) },
  };
}

/** Computes a value and stores it. */
export function assign(frame: Frame, target: LeftValue, expression: DataExpression): void {
  const { f, machine } = frame;
  if (target.kind === 'register') {
    const array = machine.registers(target.array);
    const { value: index, inRange } = index32(frame, target.index, array.size);
    f.if(inRange, () => {
      const base = f.let32(index.mul(array.stride));
      storeRegister(frame, new Place(base, array.base), target.array.bits, expression);
    });
    return;
  }
  const field = fieldReference(frame, target);
  if (field === undefined || field.type.bits === 0) return;
  if (field.kind === 'bits' && field.offset % 8 === 0 && !field.type.saturating) {
    const source = bytesOf(frame, expression, field.type.bits);
    if (source !== undefined) {
      copyBytes(f, field.place.at(field.offset / 8), source, field.type.bits / 8);
      return;
    }
  }
  if (storeInNetworkOrder(frame, field, expression)) return;
  if (storeConcatenation(frame, field, expression)) return;
  const wanted = saturated(field.type, expression);
  const { low, high } = frame.ranges.of(wanted);
  const fits = low >= 0n && high >> BigInt(field.type.bits) === 0n;
  storeField(frame, field, value(frame, wanted, limbsOf(field.type.bits)), fits);
}

/** Stores limbs that are there already, such as the result of a function. */
export function assignLimbs(frame: Frame, target: LeftValue, limbs: Limbs): void {
  const { f, machine } = frame;
  if (target.kind === 'register') {
    const array = machine.registers(target.array);
    const { value: index, inRange } = index32(frame, target.index, array.size);
    f.if(inRange, () => {
      const base = f.let32(index.mul(array.stride));
      storeRegisterLimbs(f, new Place(base, array.base), target.array.bits, limbs);
    });
    return;
  }
  const field = fieldReference(frame, target);
  if (field !== undefined) storeField(frame, field, limbs);
}

/** Stores a value into an element of a register array. */
export function storeRegister(frame: Frame, place: Place, bits: number, expression: DataExpression): void {
  const source = isNetworkWidth(bits) ? bytesOf(frame, expression, bits) : undefined;
  if (source !== undefined) {
    copyBytes(frame.f, place, source, bits / 8);
    return;
  }
  const limbs = value(frame, expression, limbsOf(bits));
  const kept = limbs.length === 1 ? limbs : limbs.map((limb) => frame.f.let64(limb));
  storeRegisterLimbs(frame.f, place, bits, kept);
}

/**
 * Copies a number that stands as packets have it into a field that has it so, too.
 * @returns False where nothing was written: the field has another form.
 */
export function copyInNetworkOrder(frame: Frame, target: LeftValue, from: Place, bits: number): boolean {
  if (!isNetworkWidth(bits)) return false;
  const field = fieldReference(frame, target);
  if (field?.kind !== 'bits' || field.offset % 8 !== 0) return false;
  if (field.type.bits !== bits || field.type.saturating) return false;
  copyBytes(frame.f, field.place.at(field.offset / 8), from, bits / 8);
  return true;
}
