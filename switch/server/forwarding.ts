/** A loaded program with everything that controllers wrote into it: all entities, behind one write and one read. */

import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import {
  type Entity,
  type ForwardingPipelineConfig,
  type Update,
  Update_Type,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { buildSchema, type Schema } from '../../p4runtime/schema/index.ts';
import { ActionCalls } from './action-calls.ts';
import { ActionProfiles } from './action-profiles.ts';
import { counterEntries, meterEntries, registerEntries } from './arrays.ts';
import { type Device, DeviceError, type DevicePipeline } from './device.ts';
import { readDeviceConfig } from './device-config.ts';
import { Digests } from './digests.ts';
import { type EntityHandler, invalid, type Journal, type WriteContext } from './entity-handler.ts';
import { PacketHeader } from './packet-headers.ts';
import { makePorts } from './ports.ts';
import { Replication } from './replication.ts';
import { annotatedRoles, type Permission } from './role-config.ts';
import { Tables } from './tables.ts';
import { Translations } from './translation.ts';
import { ValueSets } from './value-sets.ts';
import type { WireUpdates } from './wire-updates.ts';

type EntityCase = NonNullable<Entity['entity']>;
type Message<Case extends EntityCase['$case']> = Extract<EntityCase, { $case: Case }>['value'];
type Handlers = { readonly [Case in EntityCase['$case']]: EntityHandler<Message<Case>> };

export class Forwarding {
  readonly config: ForwardingPipelineConfig;
  readonly schema: Schema;
  readonly pipeline: DevicePipeline;
  readonly tables: Tables;
  readonly digests: Digests;
  readonly packetIn: PacketHeader | undefined;
  readonly packetOut: PacketHeader | undefined;
  /** Which role an object is kept for. */
  readonly annotatedRoles: ReadonlyMap<number, string>;
  readonly #handlers: Handlers;

  /**
   * Makes a configuration ready; it does not run yet.
   * @throws EntityError INVALID_ARGUMENT for one that this switch cannot realize.
   */
  constructor(config: ForwardingPipelineConfig, device: Device) {
    if (config.p4info === undefined) throw invalid('config.p4info: it is not set');
    this.config = config;
    this.schema = buildSchema(config.p4info);
    this.pipeline = load(config, device);
    try {
      const { schema, pipeline } = this;
      const translations = new Translations(schema, { cpuPort: device.cpuPort, names: device.ports });
      const ports = makePorts(translations.port, pipeline.portWidth, device);
      const calls = new ActionCalls(schema, pipeline, translations);
      const profiles = new ActionProfiles(schema, pipeline, calls, ports);
      this.tables = new Tables(schema, pipeline, { calls, profiles, translations, now: device.now });
      this.digests = new Digests(schema, pipeline, translations);
      const header = (name: string) => {
        const info = schema.packetHeaders.find(name);
        return info === undefined ? undefined : new PacketHeader(info, pipeline, translations);
      };
      this.packetIn = header('packet_in');
      this.packetOut = header('packet_out');
      this.annotatedRoles = annotatedRoles(schema);
      this.#handlers = {
        tableEntry: this.tables.entries,
        directCounterEntry: this.tables.counters,
        directMeterEntry: this.tables.meters,
        actionProfileMember: profiles.members,
        actionProfileGroup: profiles.groups,
        counterEntry: counterEntries(schema, pipeline, translations),
        meterEntry: meterEntries(schema, pipeline, translations),
        registerEntry: registerEntries(schema, pipeline, translations),
        packetReplicationEngineEntry: new Replication(schema, pipeline, ports),
        valueSetEntry: new ValueSets(schema, pipeline, translations),
        digestEntry: this.digests,
        externEntry: EXTERNS,
      };
    } catch (problem) {
      this.pipeline.release();
      throw problem;
    }
  }

  /**
   * Does one update of a request.
   * @param journal Takes what undoes it, when somebody wants to undo it.
   * @throws EntityError, and then nothing has changed.
   */
  writeAt(updates: WireUpdates, index: number, context: WriteContext): void {
    if (this.tables.writePlain(updates, index, context)) return;
    this.write(updates.at(index), context.may, context.journal);
  }

  /**
   * Does one update.
   * @param journal Takes what undoes it, when somebody wants to undo it.
   * @throws EntityError, and then nothing has changed.
   */
  write({ type, entity }: Update, may: Permission, journal: Journal | undefined): void {
    if (type !== Update_Type.INSERT && type !== Update_Type.MODIFY && type !== Update_Type.DELETE) {
      throw invalid(
        `type: it is ${type === Update_Type.UNSPECIFIED ? 'not set' : type}; write INSERT, MODIFY or DELETE`,
      );
    }
    const one = entity?.entity;
    if (one === undefined) throw invalid('entity: it is not set');
    const context = { may, journal };
    // One case a kind, so that types follow the oneof.
    const handlers = this.#handlers;
    switch (one.$case) {
      case 'tableEntry':
        handlers.tableEntry.write(type, one.value, context);
        break;
      case 'directCounterEntry':
        handlers.directCounterEntry.write(type, one.value, context);
        break;
      case 'directMeterEntry':
        handlers.directMeterEntry.write(type, one.value, context);
        break;
      case 'actionProfileMember':
        handlers.actionProfileMember.write(type, one.value, context);
        break;
      case 'actionProfileGroup':
        handlers.actionProfileGroup.write(type, one.value, context);
        break;
      case 'counterEntry':
        handlers.counterEntry.write(type, one.value, context);
        break;
      case 'meterEntry':
        handlers.meterEntry.write(type, one.value, context);
        break;
      case 'registerEntry':
        handlers.registerEntry.write(type, one.value, context);
        break;
      case 'packetReplicationEngineEntry':
        handlers.packetReplicationEngineEntry.write(type, one.value, context);
        break;
      case 'valueSetEntry':
        handlers.valueSetEntry.write(type, one.value, context);
        break;
      case 'digestEntry':
        handlers.digestEntry.write(type, one.value, context);
        break;
      case 'externEntry':
        handlers.externEntry.write(type, one.value, context);
        break;
    }
  }

  /** What a request selects. @throws EntityError for one that is wrong. */
  read({ entity: one }: Entity, may: Permission): Iterable<Entity> {
    if (one === undefined)
      throw invalid('entity: it is not set; say of which kind, nothing reads all kinds at once');
    const handlers = this.#handlers;
    switch (one.$case) {
      case 'tableEntry':
        return handlers.tableEntry.read(one.value, may);
      case 'directCounterEntry':
        return handlers.directCounterEntry.read(one.value, may);
      case 'directMeterEntry':
        return handlers.directMeterEntry.read(one.value, may);
      case 'actionProfileMember':
        return handlers.actionProfileMember.read(one.value, may);
      case 'actionProfileGroup':
        return handlers.actionProfileGroup.read(one.value, may);
      case 'counterEntry':
        return handlers.counterEntry.read(one.value, may);
      case 'meterEntry':
        return handlers.meterEntry.read(one.value, may);
      case 'registerEntry':
        return handlers.registerEntry.read(one.value, may);
      case 'packetReplicationEngineEntry':
        return handlers.packetReplicationEngineEntry.read(one.value, may);
      case 'valueSetEntry':
        return handlers.valueSetEntry.read(one.value, may);
      case 'digestEntry':
        return handlers.digestEntry.read(one.value, may);
      case 'externEntry':
        return handlers.externEntry.read(one.value, may);
    }
  }

  /** It runs no more and is not read any more. */
  release(): void {
    this.pipeline.release();
  }
}

/** v1model has no externs but those that have entities of their own. */
const EXTERNS: EntityHandler<Message<'externEntry'>> = {
  write: (_type, { externTypeId }) => {
    throw noExterns(externTypeId);
  },
  // "Read all extern instances": there are none.
  read: ({ externTypeId }) => {
    if (externTypeId === 0) return [];
    throw noExterns(externTypeId);
  },
};

function noExterns(typeId: number): EntityError {
  return new EntityError(
    Code.UNIMPLEMENTED,
    `extern_entry: v1model has no externs of type 0x${typeId.toString(16)}; counters, meters, registers and the others have entities of their own`,
  );
}

function load(config: ForwardingPipelineConfig, device: Device): DevicePipeline {
  const program = readDeviceConfig(config.p4DeviceConfig);
  try {
    return device.load(program);
  } catch (problem) {
    if (!(problem instanceof DeviceError)) throw problem;
    throw invalid(`config.p4_device_config: ${problem.message}`);
  }
}
