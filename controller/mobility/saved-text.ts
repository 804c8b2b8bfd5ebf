/**
 * What outlives a restart, as text: a checksum, and JSON with bytes as hexadecimal digits. A record that is damaged, or
 * that another version wrote, is known for what it is.
 */

import { crc32 } from 'node:zlib';
import { fromHex, toHex } from '../../wire/index.ts';
import type { SavedValue } from './types.ts';

/** Writes a value. */
export function formatSaved(value: SavedValue): string {
  // Buffers, which bytes from the network are, turn themselves into something else before the replacer sees them.
  const plain: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value))
    plain[name] = field instanceof Uint8Array ? toHex(field) : field;
  const json = JSON.stringify(plain);
  return checksum(json) + json;
}

/** Reads a value; `undefined` for anything that `formatSaved` does not write. */
export function parseSaved(text: string): SavedValue | undefined {
  const json = text.slice(8);
  if (text.slice(0, 8) !== checksum(json)) return undefined;
  try {
    const fields: unknown = JSON.parse(json);
    return typeof fields === 'object' && fields !== null
      ? makeValue(new Map(Object.entries(fields)))
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof BadRecord) return undefined;
    throw error;
  }
}

class BadRecord extends Error {}

function makeValue(fields: ReadonlyMap<string, unknown>): SavedValue | undefined {
  const kind = fields.get('kind');
  switch (kind) {
    case 'nonce':
      return {
        kind,
        index: number(fields, 'index'),
        value: bytes(fields, 'value'),
        key: bytes(fields, 'key', 20),
        createdAt: number(fields, 'createdAt'),
        firstUsedAt: fields.has('firstUsedAt') ? number(fields, 'firstUsedAt') : undefined,
      };
    case 'binding':
      return {
        kind,
        homeAddress: bytes(fields, 'homeAddress', 16),
        virtualAddress: bytes(fields, 'virtualAddress', 16),
        careOfAddress: bytes(fields, 'careOfAddress', 16),
        sequence: number(fields, 'sequence'),
        lifetime: number(fields, 'lifetime'),
        expiresAt: number(fields, 'expiresAt'),
        isStatic: flag(fields, 'isStatic'),
        voidBefore: fields.has('voidBefore') ? number(fields, 'voidBefore') : undefined,
      };
    case 'retired':
      return {
        kind,
        homeAddress: bytes(fields, 'homeAddress', 16),
        virtualAddress: bytes(fields, 'virtualAddress', 16),
        sequence: number(fields, 'sequence'),
        retiredAt: number(fields, 'retiredAt'),
        isStatic: flag(fields, 'isStatic'),
        voidBefore: fields.has('voidBefore') ? number(fields, 'voidBefore') : undefined,
      };
    default:
      return undefined;
  }
}

function number(fields: ReadonlyMap<string, unknown>, name: string): number {
  const value = fields.get(name);
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new BadRecord(name);
  return value;
}

function flag(fields: ReadonlyMap<string, unknown>, name: string): boolean {
  const value = fields.get(name);
  if (typeof value !== 'boolean') throw new BadRecord(name);
  return value;
}

function bytes(fields: ReadonlyMap<string, unknown>, name: string, length?: number): Uint8Array {
  const value = fields.get(name);
  const result = typeof value === 'string' ? fromHex(value) : undefined;
  if (result === undefined || (length !== undefined && result.length !== length)) throw new BadRecord(name);
  return result;
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}
