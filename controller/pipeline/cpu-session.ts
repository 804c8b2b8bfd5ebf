/** How packets get to the controller. */

import { type Entity, Replica } from '../../p4runtime/gen/p4/v1/p4runtime.ts';

/** The port of packets for the controller, and the clone session that leads to it (p4/include/ids.p4). */
export const CPU_PORT = 510;
const CPU_SESSION = 1;

/** The clone session that leads to the controller. */
export function cpuSession(): Entity {
  const port = new Uint8Array([CPU_PORT >> 8, CPU_PORT & 0xff]);
  const replica = Replica.fromPartial({ portKind: { $case: 'port', value: port }, instance: 1 });
  const session = { sessionId: CPU_SESSION, replicas: [replica], classOfService: 0, packetLengthBytes: 0 };
  const type = { $case: 'cloneSessionEntry', value: session } as const;
  return { entity: { $case: 'packetReplicationEngineEntry', value: { type } } };
}
