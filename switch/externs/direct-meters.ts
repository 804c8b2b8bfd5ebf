/** Meters of a table's entries. An entry has the address of its meter's state once it is configured, and 0 before. */

import type { Table } from '../tables/index.ts';
import type { LinearMemory } from '../wasm/index.ts';
import { configureMeter, METER_BYTES, type MeterConfig, meterConfig } from './meters.ts';

/** The meters of one table, made for one with a meter. */
export class DirectMeters {
  readonly #memory: LinearMemory;
  readonly #offset: number;

  constructor(memory: LinearMemory, table: Table) {
    const { meter } = table.layout;
    if (meter === undefined) throw new RangeError(`table ${table.description.name} has no meters`);
    this.#memory = memory;
    this.#offset = meter;
    table.observe({ deleted: (record) => this.#release(record) });
  }

  #meter(record: number): number {
    return this.#memory.u32[(record + this.#offset) >>> 2] ?? 0;
  }

  #release(record: number): void {
    const meter = this.#meter(record);
    if (meter === 0) return;
    this.#memory.u32[(record + this.#offset) >>> 2] = 0;
    this.#memory.release(meter, METER_BYTES);
  }

  /** See `configureMeter`. @param record The address of the entry's record. */
  configure(record: number, config: MeterConfig | undefined, now: bigint): string | undefined {
    if (config === undefined) {
      this.#release(record);
      return undefined;
    }
    const had = this.#meter(record);
    const meter = had === 0 ? this.#memory.allocate(METER_BYTES) : had;
    const wrong = configureMeter(this.#memory, meter, config, now);
    if (wrong === undefined) this.#memory.u32[(record + this.#offset) >>> 2] = meter;
    else if (had === 0) this.#memory.release(meter, METER_BYTES);
    return wrong;
  }

  /** How an entry's meter is configured. @param record The address of the entry's record. */
  config(record: number): MeterConfig | undefined {
    const meter = this.#meter(record);
    return meter === 0 ? undefined : meterConfig(this.#memory, meter);
  }
}
