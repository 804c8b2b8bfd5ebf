/** What Tofino's driver does for a table that keeps hashes: the control plane gives and gets whole tuples. */

import { crc32 } from 'node:zlib';
import type { Device, DeviceMatch, DeviceTable } from '../../switch/server/index.ts';
import { withTable } from '../harness/table-driver.ts';

const BYTES = [16, 16, 2, 2, 1];

/** The hash that the data plane keeps of a tuple: CRC-32 of its 37 bytes, modulo 256. */
export function flowHash(tuple: Uint8Array): number {
  return crc32(tuple) % 256;
}

/** Stands between a server and a switch that runs the hashed pipeline. */
export function hashingDriver(device: Device): Device {
  return withTable(device, 'flows', hashingTable);
}

function hashingTable(table: DeviceTable): DeviceTable {
  const tuples = new Map<number, readonly DeviceMatch[]>();
  const handles = new Map<string, number>();
  return {
    ...table,
    insert: (entry) => {
      const tuple = tupleOf(entry.matches);
      const hash = Uint8Array.of(flowHash(tuple));
      const matches = entry.matches.map(() => ({ kind: 'exact', value: hash }) as const);
      const change = table.insert({ ...entry, matches });
      if (!change.ok) {
        return { ...change, reason: 'duplicate', message: 'another flow has the hash of this one' };
      }
      tuples.set(
        change.handle,
        // Given for the call only.
        entry.matches.map((match) => ({ kind: 'exact', value: bytesOf(match).slice() }) as const),
      );
      handles.set(tuple.toString('hex'), change.handle);
      return change;
    },
    remove: (handle) => {
      handles.delete(tupleOf(tuples.get(handle) ?? []).toString('hex'));
      tuples.delete(handle);
      table.remove(handle);
    },
    find: ({ matches }) => handles.get(tupleOf(matches).toString('hex')),
    get: (handle) => {
      const entry = table.get(handle);
      return entry === undefined ? undefined : { ...entry, matches: tuples.get(handle) ?? entry.matches };
    },
    entries: () =>
      [...table.entries()].map((entry) => ({ ...entry, matches: tuples.get(entry.handle) ?? entry.matches })),
  };
}

function tupleOf(matches: readonly DeviceMatch[]): Buffer {
  return Buffer.concat(
    BYTES.map((length, index) => {
      const field = Buffer.alloc(length);
      const match = matches[index];
      const value = match === undefined ? new Uint8Array() : bytesOf(match);
      field.set(value, length - value.length);
      return field;
    }),
  );
}

function bytesOf(match: DeviceMatch): Uint8Array {
  if (match.kind !== 'exact') throw new Error('flows are exact');
  return match.value;
}
