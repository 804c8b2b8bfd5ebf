/** Table entries, by name (P4Runtime, "TableEntry"). */

import { EntityError } from '../errors.ts';
import { Code } from '../gen/google/rpc/code.ts';
import { type CounterData, type Entity, type MeterConfig, TableEntry } from '../gen/p4/v1/p4runtime.ts';
import type { TableInfo } from '../schema/index.ts';
import { type ActionSelection, decodeSelection, encodeSelection } from './action-selection.ts';
import type { ActionCall } from './actions.ts';
import { decodeMatches, encodeMatches, type Key } from './matches.ts';

/** What an entry counts; the two numbers of its direct counter. */
export type Counts = { readonly bytes: bigint; readonly packets: bigint };

/** The rates of a meter, in units a second, and its bursts, in units (RFC 2697, RFC 2698). */
export type MeterRates = {
  readonly committedRate: bigint;
  readonly committedBurst: bigint;
  readonly peakRate?: bigint | undefined;
  readonly peakBurst?: bigint | undefined;
  readonly excessBurst?: bigint | undefined;
};

/** What makes an entry. */
export type EntryData = {
  readonly key?: Key | undefined;
  readonly action?: ActionSelection | undefined;
  /** Above 0, the greatest wins; for tables with ternary, range or optional fields, and only those. */
  readonly priority?: number | undefined;
  /** 0 or left out: the entry never becomes idle. */
  readonly idleTimeoutNs?: bigint | undefined;
  readonly counter?: Counts | undefined;
  readonly meter?: MeterRates | undefined;
  readonly metadata?: Uint8Array | undefined;
};

/** What an entry is read as. */
export type EntryRead = EntryData & {
  readonly key: Key;
  readonly isDefault: boolean;
  readonly isConst: boolean;
  readonly sinceLastHitNs?: bigint | undefined;
};

/**
 * An entry to write.
 * @throws EntityError, as a server would answer, for what the table does not have.
 */
export function encodeTableEntry(table: TableInfo, entry: EntryData): Entity {
  const what = `table '${table.name}'`;
  const { priority = 0 } = entry;
  if (table.hasPriority && priority <= 0) throw invalid(`${what}: an entry takes a priority above 0`);
  if (!table.hasPriority && priority !== 0) throw invalid(`${what}: entries have no priority`);
  if (entry.idleTimeoutNs !== undefined && entry.idleTimeoutNs !== 0n && !table.idleTimeout) {
    throw invalid(`${what}: entries have no idle timeout`);
  }
  if (entry.counter !== undefined && table.directCounter === undefined)
    throw invalid(`${what} has no direct counter`);
  if (entry.meter !== undefined && table.directMeter === undefined)
    throw invalid(`${what} has no direct meter`);
  return tableEntity({
    tableId: table.id,
    match: encodeMatches(what, table.fields, entry.key ?? {}),
    priority,
    idleTimeoutNs: entry.idleTimeoutNs ?? 0n,
    metadata: entry.metadata ?? new Uint8Array(),
    ...(entry.action === undefined ? {} : { action: encodeSelection(table, entry.action) }),
    ...(entry.counter === undefined ? {} : { counterData: encodeCounts(entry.counter) }),
    ...(entry.meter === undefined ? {} : { meterConfig: encodeRates(entry.meter) }),
  });
}

/** The table's default entry, with an action or, to read it, without. */
export function encodeDefaultEntry(table: TableInfo, action?: ActionCall): Entity {
  return tableEntity({
    tableId: table.id,
    isDefaultAction: true,
    ...(action === undefined ? {} : { action: encodeSelection(table, action, true) }),
  });
}

/** Reads all entries of a table: what to ask for comes back with each of them. */
export function encodeTableRead(
  table: TableInfo,
  ask: { readonly counter?: boolean; readonly meter?: boolean; readonly sinceLastHit?: boolean } = {},
): Entity {
  return tableEntity({
    tableId: table.id,
    ...(ask.counter === true ? { counterData: {} } : {}),
    ...(ask.meter === true ? { meterConfig: {} } : {}),
    ...(ask.sinceLastHit === true ? { timeSinceLastHit: {} } : {}),
  });
}

/** Reads an entry; undefined for an entity that is not one of this table. @throws EntityError for one that is wrong. */
export function decodeTableEntry(table: TableInfo, { entity }: Entity): EntryRead | undefined {
  if (entity?.$case !== 'tableEntry' || entity.value.tableId !== table.id) return undefined;
  const { value } = entity;
  return {
    key: value.isDefaultAction ? {} : decodeMatches(`table '${table.name}'`, table.fields, value.match),
    isDefault: value.isDefaultAction,
    isConst: value.isConst,
    ...(value.action === undefined ? {} : { action: decodeSelection(table, value.action) }),
    ...(value.priority === 0 ? {} : { priority: value.priority }),
    ...(value.idleTimeoutNs === 0n ? {} : { idleTimeoutNs: value.idleTimeoutNs }),
    ...(value.counterData === undefined ? {} : { counter: decodeCounts(value.counterData) }),
    ...(value.meterConfig === undefined ? {} : { meter: decodeRates(value.meterConfig) }),
    ...(value.metadata.length === 0 ? {} : { metadata: value.metadata }),
    ...(value.timeSinceLastHit === undefined ? {} : { sinceLastHitNs: value.timeSinceLastHit.elapsedNs }),
  };
}

export function encodeCounts({ bytes, packets }: Counts): CounterData {
  return { byteCount: bytes, packetCount: packets };
}

export function decodeCounts({ byteCount, packetCount }: CounterData): Counts {
  return { bytes: byteCount, packets: packetCount };
}

export function encodeRates(rates: MeterRates): MeterConfig {
  return {
    cir: rates.committedRate,
    cburst: rates.committedBurst,
    pir: rates.peakRate ?? 0n,
    pburst: rates.peakBurst ?? 0n,
    eburst: rates.excessBurst ?? 0n,
  };
}

export function decodeRates({ cir, cburst, pir, pburst, eburst }: MeterConfig): MeterRates {
  return {
    committedRate: cir,
    committedBurst: cburst,
    peakRate: pir,
    peakBurst: pburst,
    excessBurst: eburst,
  };
}

function tableEntity(entry: Parameters<typeof TableEntry.fromPartial>[0]): Entity {
  return { entity: { $case: 'tableEntry', value: TableEntry.fromPartial(entry) } };
}

function invalid(message: string): EntityError {
  return new EntityError(Code.INVALID_ARGUMENT, message);
}
