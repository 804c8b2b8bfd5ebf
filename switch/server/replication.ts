/** Multicast groups and clone sessions ("PacketReplicationEngineEntry"). */

import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import {
  type CloneSessionEntry,
  type Entity,
  type MulticastGroupEntry,
  type PacketReplicationEngineEntry,
  type Replica,
  Update_Type,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { Schema } from '../../p4runtime/schema/index.ts';
import type { DevicePipeline, DeviceReplica, DeviceReplication } from './device.ts';
import { accepted, type EntityHandler, invalid, type WriteContext } from './entity-handler.ts';
import { shortest } from './numbers.ts';
import type { Ports } from './ports.ts';
import type { Permission } from './role-config.ts';

/** Entities of it have no id of P4Info: they are for roles that may touch this, which is everything that has none. */
const NO_ID = 0;

export class Replication implements EntityHandler<PacketReplicationEngineEntry> {
  readonly #device: DeviceReplication;
  readonly #ports: Ports;
  readonly #groups = new Map<number, MulticastGroupEntry>();
  readonly #sessions = new Map<number, CloneSessionEntry>();
  readonly #properties: {
    readonly groups: number;
    readonly replicas: number;
    readonly replicasOfOne: number;
  };

  constructor(schema: Schema, pipeline: DevicePipeline, ports: Ports) {
    this.#device = pipeline.replication;
    this.#ports = ports;
    const properties = schema.p4info.pkgInfo?.platformProperties;
    this.#properties = {
      groups: properties?.multicastGroupTableSize ?? 0,
      replicas: properties?.multicastGroupTableTotalReplicas ?? 0,
      replicasOfOne: properties?.multicastGroupTableMaxReplicasPerEntry ?? 0,
    };
  }

  readonly write = (
    type: Update_Type,
    { type: entry }: PacketReplicationEngineEntry,
    context: WriteContext,
  ): void => {
    if (!context.may(NO_ID)) {
      throw new EntityError(
        Code.PERMISSION_DENIED,
        'the packet replication engine is not in the scope of the role',
      );
    }
    switch (entry?.$case) {
      case undefined:
        throw invalid(
          'packet_replication_engine_entry: it is empty: set multicast_group_entry or clone_session_entry',
        );
      case 'multicastGroupEntry':
        this.#writeGroup(type, entry.value, context);
        return;
      case 'cloneSessionEntry':
        this.#writeSession(type, entry.value, context);
    }
  };

  #writeGroup(type: Update_Type, message: MulticastGroupEntry, { journal }: WriteContext): void {
    const { multicastGroupId: id } = message;
    const most = this.#device.limits.group;
    if (id === 0 || id > most) throw invalid(`multicast_group_id: it is ${id}; write 1 to ${most}`);
    const before = this.#groups.get(id);
    checkThere(type, before !== undefined, `multicast group ${id}`);
    if (type === Update_Type.DELETE) this.#removeGroup(id);
    else this.#setGroup(message, before);
    journal?.push(() => {
      if (before === undefined) this.#removeGroup(id);
      else this.#setGroup(before, this.#groups.get(id));
    });
  }

  #setGroup(message: MulticastGroupEntry, before: MulticastGroupEntry | undefined): void {
    const { multicastGroupId: id, metadata } = message;
    const what = `multicast group ${id}`;
    const replicas = this.#replicas(message.replicas, what);
    const { groups, replicas: total, replicasOfOne } = this.#properties;
    const full = (name: string, most: number) =>
      new EntityError(Code.RESOURCE_EXHAUSTED, `${what}: the program's ${name} is ${most}`);
    if (groups > 0 && before === undefined && this.#groups.size >= groups) {
      throw full('multicast_group_table_size', groups);
    }
    if (replicasOfOne > 0 && replicas.length > replicasOfOne) {
      throw full('multicast_group_table_max_replicas_per_entry', replicasOfOne);
    }
    if (total > 0) {
      const others = [...this.#groups.values()].reduce((sum, group) => sum + group.replicas.length, 0);
      if (others - (before?.replicas.length ?? 0) + replicas.length > total) {
        throw full('multicast_group_table_total_replicas', total);
      }
    }
    accepted(this.#device.setGroup(id, replicas));
    this.#groups.set(id, {
      multicastGroupId: id,
      replicas: message.replicas.map(kept),
      metadata: metadata.slice(),
    });
  }

  #removeGroup(id: number): void {
    this.#device.removeGroup(id);
    this.#groups.delete(id);
  }

  #writeSession(type: Update_Type, message: CloneSessionEntry, { journal }: WriteContext): void {
    const { sessionId: id } = message;
    const most = this.#device.limits.session;
    if (id === 0 || id > most) throw invalid(`session_id: it is ${id}; write 1 to ${most}`);
    const before = this.#sessions.get(id);
    checkThere(type, before !== undefined, `clone session ${id}`);
    if (type === Update_Type.DELETE) this.#removeSession(id);
    else this.#setSession(message);
    journal?.push(() => {
      if (before === undefined) this.#removeSession(id);
      else this.#setSession(before);
    });
  }

  #setSession(message: CloneSessionEntry): void {
    const { sessionId: id, classOfService, packetLengthBytes: truncate } = message;
    const what = `clone session ${id}`;
    const replicas = this.#replicas(message.replicas, what);
    if (truncate < 0) throw invalid(`${what}: packet_length_bytes is ${truncate}; write 0 or more`);
    accepted(this.#device.setSession(id, { replicas, classOfService, truncate }));
    this.#sessions.set(id, { ...message, replicas: message.replicas.map(kept) });
  }

  #removeSession(id: number): void {
    this.#device.removeSession(id);
    this.#sessions.delete(id);
  }

  #replicas(replicas: readonly Replica[], what: string): readonly DeviceReplica[] {
    const seen = new Set<string>();
    const most = this.#device.limits.instance;
    return replicas.map(({ portKind, instance }, index) => {
      const place = `${what}, replica ${index + 1}`;
      if (portKind === undefined) throw invalid(`${place}: port is not set`);
      const port = this.#ports.number(portKind.value, `${place}, port`);
      if (instance > most) throw invalid(`${place}: instance is ${instance}; write 0 to ${most}`);
      const pair = `${port} ${instance}`;
      if (seen.has(pair))
        throw invalid(`${place}: another one has port ${port} and instance ${instance} too`);
      seen.add(pair);
      return { port, instance };
    });
  }

  readonly read = ({ type: entry }: PacketReplicationEngineEntry, may: Permission): Iterable<Entity> => {
    if (entry === undefined) {
      throw invalid(
        'packet_replication_engine_entry: it is empty: set multicast_group_entry or clone_session_entry',
      );
    }
    if (!may(NO_ID)) return [];
    if (entry.$case === 'multicastGroupEntry') {
      return select(this.#groups, entry.value.multicastGroupId).map((value) =>
        asEntity({ $case: 'multicastGroupEntry', value }),
      );
    }
    return select(this.#sessions, entry.value.sessionId).map((value) =>
      asEntity({ $case: 'cloneSessionEntry', value }),
    );
  };
}

function asEntity(type: PacketReplicationEngineEntry['type']): Entity {
  return { entity: { $case: 'packetReplicationEngineEntry', value: { type } } };
}

function select<T>(all: ReadonlyMap<number, T>, id: number): T[] {
  if (id === 0) return [...all.values()];
  const one = all.get(id);
  return one === undefined ? [] : [one];
}

/** @throws EntityError ALREADY_EXISTS or NOT_FOUND. */
function checkThere(type: Update_Type, there: boolean, what: string): void {
  if (type === Update_Type.INSERT && there) {
    throw new EntityError(Code.ALREADY_EXISTS, `${what} is there already: modify it, or delete it first`);
  }
  if (type !== Update_Type.INSERT && !there)
    throw new EntityError(Code.NOT_FOUND, `there is no ${what}: insert it`);
}

function kept({ portKind, instance }: Replica): Replica {
  return portKind?.$case === 'port'
    ? { portKind: { $case: 'port', value: shortest(portKind.value).slice() }, instance }
    : { portKind, instance };
}
