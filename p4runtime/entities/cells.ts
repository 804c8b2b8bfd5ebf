/** Cells of counters, meters and registers: by index, or all of them (P4Runtime, "CounterEntry", "MeterEntry", "RegisterEntry"). */

import { decodeData, encodeData } from '../codec/index.ts';
import type { Entity, Index } from '../gen/p4/v1/p4runtime.ts';
import type { CounterInfo, MeterInfo, RegisterInfo } from '../schema/index.ts';
import {
  type Counts,
  decodeCounts,
  decodeRates,
  encodeCounts,
  encodeRates,
  type MeterRates,
} from './table-entries.ts';
import { type Data, fromDataValue, toDataValue } from './values.ts';

/** A cell; undefined: all of them. */
export type CellIndex = number | bigint | undefined;

function toIndex(index: CellIndex): Index | undefined {
  return index === undefined ? undefined : { index: BigInt(index) };
}

/** A counter's cell, with what to set it to or, to read it, without. */
export function encodeCounterCell(counter: CounterInfo, index: CellIndex, counts?: Counts): Entity {
  const data = counts === undefined ? undefined : encodeCounts(counts);
  return { entity: { $case: 'counterEntry', value: { counterId: counter.id, index: toIndex(index), data } } };
}

/** Reads a counter's cell; undefined for an entity that is not one of it. */
export function decodeCounterCell(
  counter: CounterInfo,
  { entity }: Entity,
): { readonly index: bigint; readonly counts: Counts } | undefined {
  if (entity?.$case !== 'counterEntry' || entity.value.counterId !== counter.id) return undefined;
  const { index, data } = entity.value;
  return { index: index?.index ?? 0n, counts: decodeCounts(data ?? { byteCount: 0n, packetCount: 0n }) };
}

/** A meter's cell, with its rates; without them it is read, or set back to green for all. */
export function encodeMeterCell(meter: MeterInfo, index: CellIndex, rates?: MeterRates): Entity {
  const config = rates === undefined ? undefined : encodeRates(rates);
  const value = { meterId: meter.id, index: toIndex(index), config, counterData: undefined };
  return { entity: { $case: 'meterEntry', value } };
}

/** Reads a meter's cell; undefined for an entity that is not one of it. No rates: all packets are green. */
export function decodeMeterCell(
  meter: MeterInfo,
  { entity }: Entity,
): { readonly index: bigint; readonly rates: MeterRates | undefined } | undefined {
  if (entity?.$case !== 'meterEntry' || entity.value.meterId !== meter.id) return undefined;
  const { index, config } = entity.value;
  return { index: index?.index ?? 0n, rates: config === undefined ? undefined : decodeRates(config) };
}

/** A register's cell, with what to write or, to read it, without. */
export function encodeRegisterCell(register: RegisterInfo, index: CellIndex, data?: Data): Entity {
  const what = `register '${register.name}'`;
  const encoded =
    data === undefined ? undefined : encodeData(register.type, toDataValue(register.type, data, what), what);
  const value = { registerId: register.id, index: toIndex(index), data: encoded };
  return { entity: { $case: 'registerEntry', value } };
}

/** Reads a register's cell; undefined for an entity that is not one of it. */
export function decodeRegisterCell(
  register: RegisterInfo,
  { entity }: Entity,
): { readonly index: bigint; readonly data: Data } | undefined {
  if (entity?.$case !== 'registerEntry' || entity.value.registerId !== register.id) return undefined;
  const { index, data } = entity.value;
  const value = decodeData(register.type, data ?? { data: undefined }, `register '${register.name}'`);
  return { index: index?.index ?? 0n, data: fromDataValue(register.type, value) };
}
