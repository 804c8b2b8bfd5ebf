/** A switch that has no room for some entries. */

import type { Device } from '../../switch/server/index.ts';
import { withTable } from '../harness/table-driver.ts';

/**
 * Stands between a server and a switch.
 * @param table The table that refuses entries.
 * @param refuses Asked at each insertion.
 */
export function refusingDriver(table: string, refuses: () => boolean): (device: Device) => Device {
  return (device) =>
    withTable(device, table, (full) => ({
      ...full,
      insert: (entry) =>
        refuses() ? { ok: false, reason: 'full', message: 'there is no room' } : full.insert(entry),
    }));
}
