/** What to read of a switch to know all that a controller keeps in it. */

import { type Entity, TableEntry } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { Schema } from '../../p4runtime/schema/index.ts';

/** One request for each table, meter and digest, and those of replication. */
export function readRequests(schema: Schema): readonly Entity[] {
  return [
    // Constant tables hold what the program says.
    ...schema.tables.all
      .filter(({ message }) => !message.isConstTable)
      .map(({ id }) => entry({ $case: 'tableEntry', value: TableEntry.fromPartial({ tableId: id }) })),
    ...schema.meters.all.map(({ id }) =>
      entry({
        $case: 'meterEntry',
        value: { meterId: id, index: undefined, config: undefined, counterData: undefined },
      }),
    ),
    replication({
      $case: 'cloneSessionEntry',
      value: { sessionId: 0, replicas: [], classOfService: 0, packetLengthBytes: 0 },
    }),
    replication({
      $case: 'multicastGroupEntry',
      value: { multicastGroupId: 0, replicas: [], metadata: new Uint8Array() },
    }),
    // One by one: BMv2's server does not know all of them by the number 0.
    ...schema.digests.all.map(({ id }) =>
      entry({ $case: 'digestEntry', value: { digestId: id, config: undefined } }),
    ),
  ];
}

function entry(entity: Entity['entity']): Entity {
  return { entity };
}

function replication(
  type: NonNullable<Extract<Entity['entity'], { $case: 'packetReplicationEngineEntry' }>['value']['type']>,
): Entity {
  return entry({ $case: 'packetReplicationEngineEntry', value: { type } });
}
