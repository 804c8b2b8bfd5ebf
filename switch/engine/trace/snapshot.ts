/** Headers and metadata as the host reads them out of linear memory, and how they differ. */

import type { LinearMemory } from '../../wasm/index.ts';
import { bitOffset, imageBytes, type PacketLayout, slotBytes } from '../compile/layout.ts';
import type { Field, Header, Program } from '../json/index.ts';
import type { Change } from './model.ts';

/** A number in hexadecimal. */
export function hexadecimal(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** Bytes as one number, big-endian. */
export function numberOf(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

/** Values by name: of a header alone `valid` or `invalid`, of a field its number. Fields of invalid headers are left out. */
export type Snapshot = ReadonlyMap<string, string>;

/** Reads the packet that is being worked on. */
export class SnapshotReader {
  readonly #program: Program;
  readonly #layout: PacketLayout;
  readonly #memory: LinearMemory;

  constructor(program: Program, layout: PacketLayout, memory: LinearMemory) {
    this.#program = program;
    this.#layout = layout;
    this.#memory = memory;
  }

  /** All that is valid now. */
  take(): Snapshot {
    const values = new Map<string, string>();
    for (const header of this.#program.headers) {
      if (header.metadata) {
        for (const type of header.type.fields) {
          // Compilers fill metadata up to whole bytes.
          if (type.name.startsWith('_padding')) continue;
          if (type.variable) continue;
          values.set(`${header.name}.${type.name}`, hexadecimal(this.#slot({ header, type })));
        }
      } else this.#takeHeader(header, values);
    }
    return values;
  }

  #takeHeader(header: Header, values: Map<string, string>): void {
    const { valid, image, length } = this.#layout.header(header);
    const { u8, view } = this.#memory;
    const isValid = u8[valid] !== 0;
    values.set(header.name, isValid ? 'valid' : 'invalid');
    if (!isValid) return;
    const fixedBytes = imageBytes({ ...header.type, variableField: undefined });
    const whole = numberOf(u8.subarray(image, image + fixedBytes));
    for (const type of header.type.fields) {
      const name = `${header.name}.${type.name}`;
      if (type.variable) {
        const start = image + fixedBytes;
        const bytes = u8.subarray(start, start + view.getUint32(length, true));
        values.set(name, `0x${Buffer.from(bytes).toString('hex')}`);
      } else {
        const behind = header.type.fixedBits - bitOffset(header.type, type) - type.bits;
        values.set(name, hexadecimal(BigInt.asUintN(type.bits, whole >> BigInt(behind))));
      }
    }
  }

  #slot(field: Field): bigint {
    const address = this.#layout.slot(field);
    if (this.#layout.isNetworkOrder(field)) {
      return numberOf(this.#memory.u8.subarray(address, address + field.type.bits / 8));
    }
    const bytes = this.#memory.u8.slice(address, address + slotBytes(field.type.bits));
    return numberOf(bytes.reverse());
  }
}

/** What is different. A header that came is one change; the values it has are further ones. */
export function changesBetween(before: Snapshot, after: Snapshot): readonly Change[] {
  const changes: Change[] = [];
  for (const [name, value] of after) {
    const old = before.get(name) ?? '';
    if (old !== value) changes.push({ name, before: old, after: value });
  }
  return changes;
}
