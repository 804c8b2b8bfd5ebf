/** Values of registers and digests: P4Data to plain JavaScript and back (specification, "P4Data in p4runtime.proto"). */

import { EntityError } from '../errors.ts';
import { Code } from '../gen/google/rpc/code.ts';
import type { P4Data, P4Header, P4HeaderUnion } from '../gen/p4/v1/p4data.ts';
import type { DataType, HeaderType, UnionType } from '../schema/index.ts';
import { decodeSigned, decodeUnsigned, encodeSigned, encodeUnsigned } from './bytestrings.ts';

/**
 * A value of any P4 type. Numbers and serializable enums are bigint; enums and errors the member's name; structs and
 * valid headers objects by field name; tuples and stacks arrays; a header that is not valid, or a union in which none
 * is, is null.
 */
export type DataValue =
  | bigint
  | boolean
  | string
  | null
  | VarbitValue
  | readonly DataValue[]
  | { readonly [field: string]: DataValue };

/** A varbit: its bits as a number, and how many there are. */
export type VarbitValue = { readonly bits: bigint; readonly width: number };

/**
 * A value as P4Data; `what` names it in errors.
 * @throws EntityError INVALID_ARGUMENT for a value of another type, OUT_OF_RANGE for a number beyond its width.
 */
export function encodeData(type: DataType, value: DataValue, what: string): P4Data {
  switch (type.kind) {
    case 'bit':
    case 'int':
      return { data: { $case: 'bitstring', value: bits(type, value, what) } };
    case 'varbit': {
      if (!isRecord(value)) throw mismatch('a varbit { bits, width }', what);
      const { bits: number, width } = value;
      if (typeof number !== 'bigint' || typeof width !== 'number')
        throw mismatch('a varbit { bits, width }', what);
      if (!Number.isInteger(width) || width < 0 || width > type.width) {
        throw new EntityError(Code.OUT_OF_RANGE, `${what}: ${width} bits in a varbit<${type.width}>`);
      }
      const bitstring = encodeUnsigned(number, width, what);
      return { data: { $case: 'varbit', value: { bitstring, bitwidth: width } } };
    }
    case 'bool':
      if (typeof value !== 'boolean') throw mismatch('a boolean', what);
      return { data: { $case: 'bool', value } };
    case 'string':
      if (typeof value !== 'string') throw mismatch('a string', what);
      return { data: { $case: 'bitstring', value: new TextEncoder().encode(value) } };
    case 'enum':
    case 'error': {
      if (typeof value !== 'string' || !type.members.includes(value)) {
        throw mismatch(`one of ${type.members.join(', ')}`, what);
      }
      return { data: { $case: type.kind, value } };
    }
    case 'serializable_enum':
      return { data: { $case: 'enumValue', value: bits({ kind: 'bit', width: type.width }, value, what) } };
    case 'tuple':
    case 'struct': {
      const types = type.kind === 'tuple' ? type.members : type.fields.map((field) => field.type);
      const values = type.kind === 'tuple' ? list(value, what) : fieldValues(type, value, what);
      if (values.length !== types.length) throw mismatch(`a tuple of ${types.length}`, what);
      const members = types.map((member, index) =>
        encodeData(member, values[index] ?? null, `${what}[${index}]`),
      );
      return { data: { $case: type.kind, value: { members } } };
    }
    case 'header':
      return { data: { $case: 'header', value: header(type, value, what) } };
    case 'header_union':
      return { data: { $case: 'headerUnion', value: union(type, value, what) } };
    case 'stack': {
      const values = list(value, what);
      if (values.length !== type.size) throw mismatch(`a stack of ${type.size}`, what);
      const { element } = type;
      if (element.kind === 'header') {
        const entries = values.map((entry, index) => header(element, entry, `${what}[${index}]`));
        return { data: { $case: 'headerStack', value: { entries } } };
      }
      const entries = values.map((entry, index) => union(element, entry, `${what}[${index}]`));
      return { data: { $case: 'headerUnionStack', value: { entries } } };
    }
  }
}

function bits(
  type: { readonly kind: 'bit' | 'int'; readonly width: number },
  value: DataValue,
  what: string,
): Uint8Array {
  if (typeof value !== 'bigint') throw mismatch('a number', what);
  return type.kind === 'bit'
    ? encodeUnsigned(value, type.width, what)
    : encodeSigned(value, type.width, what);
}

function header(type: HeaderType, value: DataValue, what: string): P4Header {
  if (value === null) return { isValid: false, bitstrings: [] };
  const values = fieldValues(type, value, what);
  const bitstrings = type.fields.map(({ name, type: field }, index) => {
    const { data } = encodeData(field, values[index] ?? null, `${what}.${name}`);
    if (data?.$case === 'bitstring') return data.value;
    if (data?.$case === 'varbit') return data.value.bitstring;
    throw mismatch('bits', `${what}.${name}`);
  });
  return { isValid: true, bitstrings };
}

function union(type: UnionType, value: DataValue, what: string): P4HeaderUnion {
  if (value === null) return { validHeaderName: '', validHeader: undefined };
  const [name, inner, ...others] = isRecord(value) ? Object.entries(value).flat() : [];
  const member = type.members.find((candidate) => candidate.name === name);
  if (member === undefined || inner === undefined || others.length > 0) {
    throw mismatch(`one header of ${type.members.map((each) => each.name).join(', ')}`, what);
  }
  return {
    validHeaderName: member.name,
    validHeader: header(member.header, inner, `${what}.${member.name}`),
  };
}

function fieldValues(
  type: { readonly name: string; readonly fields: readonly { readonly name: string }[] },
  value: DataValue,
  what: string,
): readonly DataValue[] {
  if (!isRecord(value)) throw mismatch(`an object with the fields of ${type.name}`, what);
  for (const name of Object.keys(value)) {
    if (!type.fields.some((field) => field.name === name))
      throw mismatch(`no field '${name}' (${type.name})`, what);
  }
  return type.fields.map(({ name }) => {
    const field = Object.hasOwn(value, name) ? value[name] : undefined;
    if (field === undefined) throw mismatch(`an object with the field '${name}'`, what);
    return field;
  });
}

/**
 * Reads P4Data; `what` names it in errors.
 * @throws EntityError INVALID_ARGUMENT for data of another type, OUT_OF_RANGE for a number beyond its width.
 */
export function decodeData(type: DataType, { data }: P4Data, what: string): DataValue {
  switch (type.kind) {
    case 'bit':
    case 'int':
      if (data?.$case !== 'bitstring') throw mismatch('a bitstring', what);
      return type.kind === 'bit'
        ? decodeUnsigned(data.value, type.width, what)
        : decodeSigned(data.value, type.width, what);
    case 'varbit': {
      if (data?.$case !== 'varbit') throw mismatch('a varbit', what);
      const { bitwidth, bitstring } = data.value;
      if (bitwidth < 0 || bitwidth > type.width) {
        throw new EntityError(Code.OUT_OF_RANGE, `${what}: ${bitwidth} bits in a varbit<${type.width}>`);
      }
      return { bits: bitwidth === 0 ? 0n : decodeUnsigned(bitstring, bitwidth, what), width: bitwidth };
    }
    case 'bool':
      if (data?.$case !== 'bool') throw mismatch('a bool', what);
      return data.value;
    case 'string':
      if (data?.$case !== 'bitstring') throw mismatch('a bitstring', what);
      return new TextDecoder().decode(data.value);
    case 'enum':
    case 'error':
      if (data?.$case !== type.kind || !type.members.includes(data.value)) {
        throw mismatch(`one of ${type.members.join(', ')}`, what);
      }
      return data.value;
    case 'serializable_enum':
      if (data?.$case !== 'enumValue') throw mismatch('an enum_value', what);
      return decodeUnsigned(data.value, type.width, what);
    case 'tuple': {
      if (data?.$case !== 'tuple') throw mismatch('a tuple', what);
      const { members } = data.value;
      if (members.length !== type.members.length) throw mismatch(`${type.members.length} members`, what);
      return members.map((member, index) => {
        const memberType = type.members[index];
        if (memberType === undefined) throw mismatch(`${type.members.length} members`, what);
        return decodeData(memberType, member, `${what}[${index}]`);
      });
    }
    case 'struct': {
      if (data?.$case !== 'struct') throw mismatch(`a struct ${type.name}`, what);
      const { members } = data.value;
      if (members.length !== type.fields.length) throw mismatch(`${type.fields.length} members`, what);
      return Object.fromEntries(
        type.fields.map(({ name, type: field }, index) => [
          name,
          decodeData(field, members[index] ?? { data: undefined }, `${what}.${name}`),
        ]),
      );
    }
    case 'header':
      if (data?.$case !== 'header') throw mismatch(`a header ${type.name}`, what);
      return readHeader(type, data.value, what);
    case 'header_union':
      if (data?.$case !== 'headerUnion') throw mismatch(`a header_union ${type.name}`, what);
      return readUnion(type, data.value, what);
    case 'stack': {
      const { element, size } = type;
      if (element.kind === 'header') {
        if (data?.$case !== 'headerStack' || data.value.entries.length !== size)
          throw mismatch(`a stack of ${size}`, what);
        return data.value.entries.map((entry, index) => readHeader(element, entry, `${what}[${index}]`));
      }
      if (data?.$case !== 'headerUnionStack' || data.value.entries.length !== size) {
        throw mismatch(`a stack of ${size}`, what);
      }
      return data.value.entries.map((entry, index) => readUnion(element, entry, `${what}[${index}]`));
    }
  }
}

function readHeader(type: HeaderType, { isValid, bitstrings }: P4Header, what: string): DataValue {
  if (!isValid) return null;
  if (bitstrings.length !== type.fields.length) throw mismatch(`${type.fields.length} bitstrings`, what);
  return Object.fromEntries(
    type.fields.map(({ name, type: field }, index) => {
      const bitstring = bitstrings[index] ?? new Uint8Array();
      if (field.kind !== 'varbit') {
        return [
          name,
          decodeData(field, { data: { $case: 'bitstring', value: bitstring } }, `${what}.${name}`),
        ];
      }
      // A header's varbit has no width on the wire; its bytes are all that is known.
      const width = Math.min(field.width, 8 * bitstring.length);
      return [name, { bits: width === 0 ? 0n : decodeUnsigned(bitstring, width, `${what}.${name}`), width }];
    }),
  );
}

function readUnion(
  type: UnionType,
  { validHeaderName, validHeader }: P4HeaderUnion,
  what: string,
): DataValue {
  if (validHeaderName === '') return null;
  const member = type.members.find(({ name }) => name === validHeaderName);
  if (member === undefined || validHeader === undefined) {
    throw mismatch(`one header of ${type.members.map(({ name }) => name).join(', ')}`, what);
  }
  return { [member.name]: readHeader(member.header, validHeader, `${what}.${member.name}`) };
}

function list(value: DataValue, what: string): readonly DataValue[] {
  if (!isList(value)) throw mismatch('a list', what);
  return value;
}

function isList(value: DataValue): value is readonly DataValue[] {
  return Array.isArray(value);
}

function isRecord(value: DataValue): value is { readonly [field: string]: DataValue } {
  return typeof value === 'object' && value !== null && !isList(value);
}

function mismatch(expected: string, what: string): EntityError {
  return new EntityError(Code.INVALID_ARGUMENT, `${what}: expected ${expected}`);
}
