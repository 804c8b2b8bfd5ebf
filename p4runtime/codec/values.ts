/** Values of match fields, action parameters and packet fields: numbers, or strings where a type is translated to them. */

import { EntityError } from '../errors.ts';
import { Code } from '../gen/google/rpc/code.ts';
import type { ValueType } from '../schema/index.ts';
import { decodeUnsigned, encodeUnsigned } from './bytestrings.ts';

/** What a value is in a program: a number, or text for a type that the control plane sees as a string. */
export type FieldValue = bigint | string;

/**
 * The bytes of a value; `what` names it in errors.
 * @throws EntityError OUT_OF_RANGE for a number beyond the type, INVALID_ARGUMENT for a string where a number stands.
 */
export function encodeValue(type: ValueType, value: FieldValue, what: string): Uint8Array {
  if (type.kind === 'unsupported') throw unsupported(what);
  if (type.kind === 'string') {
    if (typeof value !== 'string') throw invalid(`${what}: is a string, not the number ${value}`);
    return new TextEncoder().encode(value);
  }
  if (typeof value === 'string') throw invalid(`${what}: is a bit<${type.width}>, not a string`);
  return encodeUnsigned(value, type.width, what);
}

/**
 * Reads a value; `what` names it in errors.
 * @throws EntityError OUT_OF_RANGE for a number beyond the type, INVALID_ARGUMENT for a string that is no UTF-8.
 */
export function decodeValue(type: ValueType, bytes: Uint8Array, what: string): FieldValue {
  if (type.kind === 'unsupported') throw unsupported(what);
  if (type.kind === 'bit') return decodeUnsigned(bytes, type.width, what);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalid(`${what}: is no UTF-8`);
  }
}

function unsupported(what: string): EntityError {
  return new EntityError(Code.UNIMPLEMENTED, `${what}: has a type that P4Runtime cannot carry`);
}

function invalid(message: string): EntityError {
  return new EntityError(Code.INVALID_ARGUMENT, message);
}
