/** A switch that has no room for some entries. */

import type { Device, DevicePipeline } from '../../switch/server/index.ts';

/**
 * Stands between a server and a switch.
 * @param table The table that refuses entries.
 * @param refuses Asked at each insertion.
 */
export function refusingDriver(table: string, refuses: () => boolean): (device: Device) => Device {
  return (device) => {
    const inner = new Map<DevicePipeline, DevicePipeline>();
    return {
      ...device,
      load: (configuration) => {
        const pipeline = device.load(configuration);
        const full = pipeline.tables.get(table);
        if (full === undefined) throw new Error(`the pipeline has no ${table}`);
        const insert: typeof full.insert = (entry) =>
          refuses() ? { ok: false, reason: 'full', message: 'there is no room' } : full.insert(entry);
        const outer = { ...pipeline, tables: new Map([...pipeline.tables, [table, { ...full, insert }]]) };
        inner.set(outer, pipeline);
        return outer;
      },
      run: (pipeline) => device.run(inner.get(pipeline) ?? pipeline),
    };
  };
}
