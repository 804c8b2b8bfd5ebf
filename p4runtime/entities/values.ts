/** Values as programs give and get them: numbers where they fit, bigint where not, text for addresses and translated types. */

import { formatAddress, parseAddress } from '../addresses.ts';
import type { DataValue, FieldValue } from '../codec/index.ts';
import type { DataType, ParameterInfo, ValueType } from '../schema/index.ts';

/** What a program may give: a number, or text for a translated type or an address. */
export type ValueData = number | bigint | string;

/** Numbers up to this width are given out as `number`, wider ones as `bigint`. */
export const NUMBER_WIDTH = 32;

/** What the codec takes for a value that a program gives; `what` names it in errors. */
export function toFieldValue(type: ValueType, value: ValueData, what: string): FieldValue {
  if (typeof value === 'number') return toBigInt(value, what);
  if (typeof value === 'string' && type.kind === 'bit') return parseAddress(value, type.width, what);
  return value;
}

/** What a program gets for a value that the codec read. */
export function fromFieldValue(
  { type, format }: Pick<ParameterInfo, 'type' | 'format'>,
  value: FieldValue,
): ValueData {
  if (typeof value === 'string' || type.kind !== 'bit') return value;
  if (format !== undefined) return formatAddress(value, format);
  return type.width <= NUMBER_WIDTH ? Number(value) : value;
}

/** @throws RangeError for a number that is not whole, or too large to be exact. */
function toBigInt(value: number, what: string): bigint {
  if (!Number.isSafeInteger(value))
    throw new RangeError(`${what}: ${value} is no whole number that is exact`);
  return BigInt(value);
}

/** A value of a register or digest: as DataValue, with `number` where it fits. */
export type Data =
  | number
  | bigint
  | boolean
  | string
  | null
  | readonly Data[]
  | { readonly [field: string]: Data };

/** What the codec takes for data that a program gives; `what` names it in errors. */
export function toDataValue(type: DataType, data: Data, what: string): DataValue {
  if (typeof data === 'number') {
    const isNumber = type.kind === 'bit' || type.kind === 'int' || type.kind === 'serializable_enum';
    // Anything else, such as the width inside a varbit, is left to the codec to judge.
    return isNumber ? toBigInt(data, what) : data.toString();
  }
  if (isList(data)) {
    return data.map((item, index) => {
      const inner =
        type.kind === 'stack' ? type.element : type.kind === 'tuple' ? type.members[index] : undefined;
      return inner === undefined
        ? toDataValue(UNKNOWN, item, what)
        : toDataValue(inner, item, `${what}[${index}]`);
    });
  }
  if (typeof data !== 'object' || data === null) return data;
  if (type.kind === 'varbit') {
    const { bits, width } = data;
    if (typeof width === 'number' && (typeof bits === 'number' || typeof bits === 'bigint')) {
      return { bits: BigInt(bits), width };
    }
  }
  const inner = fieldTypes(type);
  return Object.fromEntries(
    Object.entries(data).map(([name, field]) => [
      name,
      toDataValue(inner.get(name) ?? UNKNOWN, field, `${what}.${name}`),
    ]),
  );
}

/** What a program gets for data that the codec read. */
export function fromDataValue(type: DataType, value: DataValue): Data {
  if (typeof value === 'bigint') {
    const narrow = 'width' in type && type.width <= NUMBER_WIDTH;
    return narrow ? Number(value) : value;
  }
  if (type.kind === 'varbit' || typeof value !== 'object' || value === null) return plain(value);
  if (isList(value)) {
    return value.map((item, index) => {
      const inner =
        type.kind === 'stack' ? type.element : type.kind === 'tuple' ? type.members[index] : undefined;
      return fromDataValue(inner ?? UNKNOWN, item);
    });
  }
  const inner = fieldTypes(type);
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, fromDataValue(inner.get(name) ?? UNKNOWN, field)]),
  );
}

/** Stands for the type of what the type has not; the codec says what is wrong with it. */
const UNKNOWN: DataType = { kind: 'string' };

function plain(value: DataValue): Data {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value));
}

function isList<T>(value: unknown | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

function fieldTypes(type: DataType): ReadonlyMap<string, DataType> {
  if (type.kind === 'struct' || type.kind === 'header') {
    return new Map(type.fields.map((field) => [field.name, field.type]));
  }
  if (type.kind === 'header_union')
    return new Map(type.members.map((member) => [member.name, member.header]));
  return new Map();
}
