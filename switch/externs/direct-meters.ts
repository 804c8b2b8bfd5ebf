/**
 * Meters of a table's entries. An entry has the address of its meter's state from when it is made, so that colors are
 * counted even while all packets are green; 0 only where the memory had no room for it.
 */

import type { Table } from '../tables/index.ts';
import { type LinearMemory, OutOfMemoryError } from '../wasm/index.ts';
import {
  configureMeter,
  METER_BYTES,
  type MeterColors,
  type MeterConfig,
  meterColors,
  meterConfig,
  setMeterColors,
} from './meters.ts';

/** The meters of one table, made for one with a meter. */
export class DirectMeters {
  readonly #memory: LinearMemory;
  readonly #offset: number;

  constructor(memory: LinearMemory, table: Table) {
    const { meter } = table.layout;
    if (meter === undefined) throw new RangeError(`table ${table.description.name} has no meters`);
    this.#memory = memory;
    this.#offset = meter;
    table.observe({
      acts: (record) => void this.#make(record),
      deleted: (record) => this.#release(record),
    });
  }

  #meter(record: number): number {
    return this.#memory.u32[(record + this.#offset) >>> 2] ?? 0;
  }

  /** The state of an entry's meter, made if it is not there; a sentence when the memory is at its limit. */
  #make(record: number): number | string {
    const there = this.#meter(record);
    if (there !== 0) return there;
    try {
      const meter = this.#memory.allocate(METER_BYTES);
      this.#memory.u8.fill(0, meter, meter + METER_BYTES);
      this.#memory.u32[(record + this.#offset) >>> 2] = meter;
      return meter;
    } catch (problem) {
      if (problem instanceof OutOfMemoryError) return problem.message;
      throw problem;
    }
  }

  #release(record: number): void {
    const meter = this.#meter(record);
    if (meter === 0) return;
    this.#memory.u32[(record + this.#offset) >>> 2] = 0;
    this.#memory.release(meter, METER_BYTES);
  }

  /** See `configureMeter`. @param record The address of the entry's record. */
  configure(record: number, config: MeterConfig | undefined, now: bigint): string | undefined {
    if (config === undefined && this.#meter(record) === 0) return undefined;
    const meter = this.#make(record);
    return typeof meter === 'string' ? meter : configureMeter(this.#memory, meter, config, now);
  }

  /** How an entry's meter is configured. @param record The address of the entry's record. */
  config(record: number): MeterConfig | undefined {
    const meter = this.#meter(record);
    return meter === 0 ? undefined : meterConfig(this.#memory, meter);
  }

  /** What an entry's meter has marked. @param record The address of the entry's record. */
  colors(record: number): MeterColors {
    const meter = this.#meter(record);
    return meter === 0 ? NO_COLORS : meterColors(this.#memory, meter);
  }

  /** Sets what an entry's meter has marked. @param record The address of the entry's record. */
  setColors(record: number, colors: MeterColors): void {
    const meter = this.#make(record);
    if (typeof meter === 'number') setMeterColors(this.#memory, meter, colors);
  }
}

const NOTHING = { packets: 0n, bytes: 0n };

/** What a meter has marked at first. */
export const NO_COLORS: MeterColors = { green: NOTHING, yellow: NOTHING, red: NOTHING };
