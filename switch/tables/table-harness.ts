/** Running a table in a module of its own, for tests and measurements. */

import {
  type ExportedFunction,
  type Instance,
  instantiate,
  LinearMemory,
  ModuleBuilder,
} from '../wasm/index.ts';
import type { KeyField } from './description.ts';
import { fieldBytes, fieldOffsets } from './key-bytes.ts';
import { toBytes } from './naive-table.ts';
import type { Table } from './table.ts';

/** A table that runs. */
export type RunningTable<T extends Table> = {
  readonly table: T;
  readonly memory: LinearMemory;
  readonly instance: Instance;
  /** The address of the record that a key hits, or 0. */
  readonly lookUp: (values: readonly bigint[]) => number;
};

/** Makes a table, and a module with nothing but its lookup. */
export function runTable<T extends Table>(
  make: (memory: LinearMemory) => T,
  memory = new LinearMemory(),
): RunningTable<T> {
  const table = make(memory);
  const module = new ModuleBuilder(memory);
  table.emit(module);
  const instance = instantiate(module.finish('speed'), memory, {});
  module.dispose();
  table.attach(instance);
  const { keys } = table.description;
  const { offsets, bytes } = fieldOffsets(keys);
  const place = memory.allocate(bytes + 16);
  const lookup = instance.function(table.lookup);
  return {
    table,
    memory,
    instance,
    lookUp: (values) => {
      putKey(memory, place, keys, offsets, values);
      // What stands behind a key must not matter.
      memory.u8.fill(Math.random() * 256, place + bytes, place + bytes + 16);
      return address(lookup, place);
    },
  };
}

function putKey(
  memory: LinearMemory,
  place: number,
  keys: readonly KeyField[],
  offsets: readonly number[],
  values: readonly bigint[],
): void {
  for (const [index, field] of keys.entries()) {
    memory.u8.set(toBytes(values[index] ?? 0n, fieldBytes(field)), place + (offsets[index] ?? 0));
  }
}

function address(lookup: ExportedFunction, place: number): number {
  const found = lookup(place);
  if (typeof found !== 'number') throw new TypeError('a lookup gives an address');
  return found >>> 0;
}
