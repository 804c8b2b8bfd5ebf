/** What stands between a server and a switch in place of one of its tables. */

import type { Device, DevicePipeline, DeviceTable } from '../../switch/server/index.ts';

/**
 * A switch with another table in the place of one, in each program that it loads.
 * @param name The table, which its programs have. @throws Error when one is loaded that has none.
 */
export function withTable<D extends Device>(
  device: D,
  name: string,
  replace: (table: DeviceTable) => DeviceTable,
): D {
  // The switch knows its own pipelines only.
  const inner = new Map<DevicePipeline, DevicePipeline>();
  return {
    ...device,
    load: (configuration) => {
      const pipeline = device.load(configuration);
      const table = pipeline.tables.get(name);
      if (table === undefined) throw new Error(`the pipeline has no ${name}`);
      const outer = { ...pipeline, tables: new Map([...pipeline.tables, [name, replace(table)]]) };
      inner.set(outer, pipeline);
      return outer;
    },
    run: (pipeline) => device.run(inner.get(pipeline) ?? pipeline),
  };
}
