/**
 * Where the parts of an entry's record stand in linear memory. The engine's code reads them by these numbers.
 *
 *     +0           u32  the engine's number of the action; `FREE` in a record without an entry
 *     +4           u32  handle
 *     +8                action data, as the engine lays it out, rounded up to 8 bytes
 *     hitTime      i64  when a packet hit it last (with idle timeouts)
 *     timeout      i64  after how long without a hit it is reported, 0: never (with idle timeouts)
 *     packets      u64  (with counters)
 *     bytes        u64  (with counters)
 *     meter        u32  address of a meter's state, 0: not configured, all packets are green (with a meter)
 *     own               what the kind of table keeps for itself
 *
 * Times are nanoseconds. Records are aligned to 8 bytes and do not move while their entry is there.
 */

import type { TableDescription } from './description.ts';

/** The action of a record without an entry. */
export const FREE = 0xffff_ffff;

/** Offsets into a record; parts that the table does not have are undefined. */
export type RecordLayout = {
  readonly action: 0;
  readonly handle: 4;
  readonly data: 8;
  readonly dataBytes: number;
  readonly hitTime: number | undefined;
  readonly timeout: number | undefined;
  readonly packets: number | undefined;
  readonly bytes: number | undefined;
  readonly meter: number | undefined;
  /** Where the kind of table has its own part. */
  readonly own: number;
  /** Bytes of a record. */
  readonly size: number;
};

/** Lays a record out. @param ownBytes Bytes that the kind of table needs, from the offset `own`, which is a multiple of 4. */
export function layOutRecord(
  description: Pick<TableDescription, 'actionDataBytes' | 'withCounters' | 'withMeter' | 'withIdleTimeout'>,
  ownBytes: number,
): RecordLayout {
  let end = 8;
  const take = (wanted: boolean | undefined, bytes: number): number | undefined => {
    if (wanted !== true) return undefined;
    const start = end;
    end += bytes;
    return start;
  };
  const dataBytes = Math.ceil(description.actionDataBytes / 8) * 8;
  end += dataBytes;
  const hitTime = take(description.withIdleTimeout, 8);
  const timeout = take(description.withIdleTimeout, 8);
  const packets = take(description.withCounters, 8);
  const bytes = take(description.withCounters, 8);
  const meter = take(description.withMeter, 4);
  // A record that is free has a link behind its handle.
  const size = Math.max(16, Math.ceil((end + ownBytes) / 8) * 8);
  return {
    action: 0,
    handle: 4,
    data: 8,
    dataBytes,
    hitTime,
    timeout,
    packets,
    bytes,
    meter,
    own: end,
    size,
  };
}
