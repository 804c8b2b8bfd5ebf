/** Digests: which of them are switched on, their lists, and acknowledgements ("DigestEntry"). */

import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type { P4Data } from '../../p4runtime/gen/p4/v1/p4data.ts';
import {
  type DigestEntry,
  type DigestEntry_Config,
  type DigestList,
  type DigestListAck,
  Update_Type,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { Schema } from '../../p4runtime/schema/index.ts';
import type { DevicePipeline } from './device.ts';
import { DigestBuffer, type DigestConfig, type FullList } from './digest-buffer.ts';
import { type DigestEncoder, digestEncoder } from './digest-data.ts';
import {
  type EntityHandler,
  invalid,
  required,
  requirePermission,
  type WriteContext,
} from './entity-handler.ts';
import type { Permission } from './role-config.ts';
import type { Translations } from './translation.ts';

type State = {
  readonly id: number;
  readonly what: string;
  readonly encode: DigestEncoder;
  /** Undefined: switched off. */
  buffer: DigestBuffer<P4Data> | undefined;
  /** As the controller wrote it. */
  config: DigestEntry_Config | undefined;
};

export class Digests implements EntityHandler<DigestEntry> {
  readonly #schema: Schema;
  readonly #byId = new Map<number, State>();
  readonly #byName = new Map<string, State>();

  /** @throws EntityError INVALID_ARGUMENT where P4Info and the program disagree. */
  constructor(schema: Schema, pipeline: DevicePipeline, translations: Translations) {
    this.#schema = schema;
    for (const info of schema.digests.all) {
      const what = `digest '${info.name}'`;
      if (!pipeline.digests.has(info.name)) throw invalid(`the program has no ${what}`);
      const encode = digestEncoder(info.message.typeSpec, schema, translations, what);
      const state: State = { id: info.id, what, encode, buffer: undefined, config: undefined };
      this.#byId.set(info.id, state);
      this.#byName.set(info.name, state);
    }
  }

  #get(id: number, may: Permission): State {
    required(this.#schema.digests, 'digest_id', id);
    const state = this.#byId.get(id);
    if (state === undefined) throw invalid(`digest_id: ${id} is of none`);
    requirePermission(may, id, state.what);
    return state;
  }

  readonly write = (
    type: Update_Type,
    { digestId, config }: DigestEntry,
    { may, journal }: WriteContext,
  ): void => {
    const state = this.#get(digestId, may);
    const before = { buffer: state.buffer, config: state.config };
    if (type === Update_Type.INSERT && state.buffer !== undefined) {
      throw new EntityError(Code.ALREADY_EXISTS, `${state.what} is switched on already: modify it`);
    }
    if (type !== Update_Type.INSERT && state.buffer === undefined) {
      throw new EntityError(Code.NOT_FOUND, `${state.what} is not switched on: insert it first`);
    }
    if (type === Update_Type.DELETE) {
      state.buffer = undefined;
      state.config = undefined;
    } else {
      const checked = checkConfig(config, state.what);
      if (state.buffer === undefined) state.buffer = new DigestBuffer(checked);
      else state.buffer.configure(checked);
      state.config = config;
    }
    journal?.push(() => {
      Object.assign(state, before);
      if (before.config !== undefined) before.buffer?.configure(checkConfig(before.config, state.what));
    });
  };

  readonly read = ({ digestId }: DigestEntry, may: Permission) => {
    const states =
      digestId === 0 ? [...this.#byId.values()].filter(({ id }) => may(id)) : [this.#get(digestId, may)];
    return states
      .filter(({ buffer }) => buffer !== undefined)
      .map(({ id, config }) => {
        const value: DigestEntry = { digestId: id, config };
        return { entity: { $case: 'digestEntry', value } } as const;
      });
  };

  /** A digest came from the data plane. Gives the list to send. @param now Nanoseconds. */
  add(name: string, fields: readonly Uint8Array[], now: number): DigestList | undefined {
    const state = this.#byName.get(name);
    if (state?.buffer === undefined) return undefined;
    const key = fields.map((field) => Buffer.from(field).toString('latin1')).join('\0\0');
    const list = state.buffer.add(`${fields.map(({ length }) => length)} ${key}`, state.encode(fields), now);
    return list === undefined ? undefined : toMessage(state.id, list);
  }

  /** The lists whose time has come. */
  due(now: number): DigestList[] {
    const lists: DigestList[] = [];
    for (const { id, buffer } of this.#byId.values()) {
      const list = buffer?.due(now);
      if (list !== undefined) lists.push(toMessage(id, list));
    }
    return lists;
  }

  /** When the next list is due; undefined: nothing waits. */
  get dueAt(): number | undefined {
    const times = [...this.#byId.values()].flatMap(({ buffer }) => buffer?.dueAt ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** @throws EntityError INVALID_ARGUMENT for a digest that there is not. Late acknowledgements are no error. */
  acknowledge({ digestId, listId }: DigestListAck): void {
    required(this.#schema.digests, 'digest_id', digestId);
    this.#byId.get(digestId)?.buffer?.acknowledge(listId);
  }
}

function toMessage(digestId: number, { listId, digests }: FullList<P4Data>): DigestList {
  return { digestId, listId, data: [...digests], timestamp: BigInt(Date.now()) * 1_000_000n };
}

function checkConfig(config: DigestEntry_Config | undefined, what: string): DigestConfig {
  if (config === undefined)
    throw invalid(`${what}: config is not set; write max_timeout_ns, max_list_size and ack_timeout_ns`);
  const { maxTimeoutNs, maxListSize, ackTimeoutNs } = config;
  if (maxTimeoutNs < 0n || maxListSize < 0 || ackTimeoutNs < 0n) {
    throw invalid(`${what}: max_timeout_ns, max_list_size and ack_timeout_ns are 0 or more`);
  }
  return { maxTimeout: Number(maxTimeoutNs), maxListSize, ackTimeout: Number(ackTimeoutNs) };
}
