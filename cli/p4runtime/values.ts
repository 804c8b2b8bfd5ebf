/**
 * Values as people write and read them: addresses as addresses, numbers as numbers. What a field is, its annotation
 * says (`@format(IPV4_ADDRESS)`, as in SONiC's P4 programs), or its width and its name.
 */

import { addressFormat, formatAddress, parseAddress } from '../../p4runtime/addresses.ts';
import type { MatchValue } from '../../p4runtime/codec/index.ts';
import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type { MatchKind, ValueType } from '../../p4runtime/schema/index.ts';

export type Style = 'ipv4' | 'ipv6' | 'mac' | 'number' | 'hex' | 'string';

/** What is known of a field, a parameter or a key. */
export type ValueField = {
  readonly name: string;
  readonly type: ValueType;
  readonly annotations: readonly string[];
};

/** How a field's values are shown. */
export function styleOf({ name, type, annotations }: ValueField): Style {
  if (type.kind !== 'bit') return 'string';
  const format = addressFormat(annotations, type.width);
  if (format !== undefined) return format;
  if (type.width === 48) return 'mac';
  if (type.width === 128) return 'ipv6';
  if (
    type.width === 32 &&
    /(^|[._])(ip|ipv4|src|dst|source|destination|addr|.*addr(ess)?|.*_ip|nhop|next_?hop)$/i.test(name)
  )
    return 'ipv4';
  return type.width > 64 ? 'hex' : 'number';
}

function wrong(message: string): EntityError {
  return new EntityError(Code.INVALID_ARGUMENT, message);
}

function widthOf({ type }: ValueField): number {
  return type.kind === 'bit' ? type.width : 0;
}

/** A number as its field is shown. */
export function formatValue(field: ValueField, value: bigint | string): string {
  if (typeof value === 'string') return value;
  const style = styleOf(field);
  if (style === 'ipv4' || style === 'ipv6' || style === 'mac') return formatAddress(value, style);
  return style === 'hex' ? `0x${value.toString(16)}` : String(value);
}

/**
 * Reads a number, an address, or a string where the type is one.
 * @throws EntityError that says what is expected.
 */
export function parseValue(field: ValueField, text: string): bigint | string {
  if (field.type.kind === 'string') return text;
  const width = widthOf(field);
  const value = /[.:]|-.*-/.test(text) ? readAddress(text, width) : parseNumber(text);
  if (value === undefined) {
    throw wrong(
      `${field.name}: '${text}' is no value of bit<${width}>; write a number (10, 0x0a) or ${example(field)}`,
    );
  }
  if (value >> BigInt(width) !== 0n) {
    throw new EntityError(Code.OUT_OF_RANGE, `${field.name}: '${text}' does not fit in bit<${width}>`);
  }
  return value;
}

function readAddress(text: string, width: number): bigint | undefined {
  try {
    return parseAddress(text, width, '');
  } catch (problem) {
    if (problem instanceof EntityError) return undefined;
    throw problem;
  }
}

/** A number: decimal, or with 0x, 0b or 0o. */
export function parseNumber(text: string): bigint | undefined {
  return /^(0x[0-9a-f]+|0b[01]+|0o[0-7]+|\d+)$/i.test(text) ? BigInt(text.toLowerCase()) : undefined;
}

function example(field: ValueField): string {
  const examples = {
    ipv4: 'an IPv4 address (10.0.0.1)',
    ipv6: 'an IPv6 address (2001:db8::1)',
    mac: 'a MAC address (02:00:00:00:00:01)',
  } as const;
  const style = styleOf(field);
  return style === 'ipv4' || style === 'ipv6' || style === 'mac' ? examples[style] : 'a hexadecimal one';
}

function numberOf(field: ValueField, text: string): bigint {
  const value = parseValue(field, text);
  if (typeof value === 'string') throw wrong(`${field.name}: is a string, and has no ranges or masks`);
  return value;
}

/**
 * Reads a match: `10.0.0.0/8`, `0x0800&&&0xff00`, `80..443`, `*` for everything, else one value.
 * @throws EntityError that says what is expected.
 */
export function parseMatch(
  field: ValueField,
  kind: MatchKind | undefined,
  text: string,
): MatchValue | undefined {
  if (text === '*' || text === '_') {
    if (kind === 'exact') throw wrong(`${field.name}: an exact field needs a value`);
    return undefined;
  }
  const width = widthOf(field);
  const all = (1n << BigInt(width)) - 1n;
  switch (kind) {
    case 'exact':
    case 'optional':
      return { kind, value: parseValue(field, text) };
    case 'lpm': {
      const [address = '', length] = text.split('/');
      const prefixLength = length === undefined ? width : Number(length);
      if (!Number.isInteger(prefixLength) || prefixLength < 0 || prefixLength > width) {
        throw wrong(
          `${field.name}: '/${length}' is no prefix length of bit<${width}>; write /0 to /${width}`,
        );
      }
      const rest = BigInt(width - prefixLength);
      const value = (numberOf(field, address) >> rest) << rest;
      return prefixLength === 0 ? undefined : { kind, value, prefixLength };
    }
    case 'ternary': {
      const [value = '', mask] = text.includes('&&&') ? text.split('&&&') : text.split('/');
      if (mask === undefined) return { kind, value: numberOf(field, value), mask: all };
      const isPrefix = !text.includes('&&&');
      const bits = isPrefix ? prefixMask(field, mask, width) : numberOf(field, mask);
      return bits === 0n ? undefined : { kind, value: numberOf(field, value) & bits, mask: bits };
    }
    case 'range': {
      const [low = '', high] = text.split('..');
      const range = { low: numberOf(field, low), high: numberOf(field, high ?? low) };
      return range.low === 0n && range.high === all ? undefined : { kind, ...range };
    }
    case undefined:
      throw wrong(`${field.name}: has a match kind of its architecture's own, which cannot be written here`);
  }
}

function prefixMask(field: ValueField, text: string, width: number): bigint {
  const length = Number(text);
  if (!Number.isInteger(length) || length < 0 || length > width) {
    throw wrong(`${field.name}: '/${text}' is no prefix length; write a mask as VALUE&&&MASK`);
  }
  return ((1n << BigInt(length)) - 1n) << BigInt(width - length);
}

/** A match as `parseMatch` reads it. */
export function formatMatch(field: ValueField, match: MatchValue | undefined): string {
  if (match === undefined) return '*';
  const show = (value: bigint | string) => formatValue(field, value);
  switch (match.kind) {
    case 'exact':
    case 'optional':
      return show(match.value);
    case 'lpm':
      return `${show(match.value)}/${match.prefixLength}`;
    case 'ternary': {
      const all = (1n << BigInt(widthOf(field))) - 1n;
      if (match.mask === all) return show(match.value);
      const style = styleOf(field);
      const mask = style === 'number' ? `0x${match.mask.toString(16)}` : show(match.mask);
      return `${style === 'number' ? `0x${match.value.toString(16)}` : show(match.value)}&&&${mask}`;
    }
    case 'range':
      return match.low === match.high ? show(match.low) : `${show(match.low)}..${show(match.high)}`;
  }
}

/** `NAME=VALUE`. @throws EntityError for another form. */
export function parsePair(text: string): { readonly name: string; readonly value: string } {
  const at = text.indexOf('=');
  if (at <= 0) throw wrong(`'${text}': write NAME=VALUE`);
  return { name: text.slice(0, at), value: text.slice(at + 1) };
}
