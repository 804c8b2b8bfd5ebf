/**
 * What a P4Runtime server does, apart from gRPC: who may, what runs, writes and reads, and what controllers are told.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import {
  type Entity,
  type ForwardingPipelineConfig,
  GetForwardingPipelineConfigRequest_ResponseType,
  type ReadRequest,
  type SetForwardingPipelineConfigRequest,
  SetForwardingPipelineConfigRequest_Action,
  WriteRequest_Atomicity,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import {
  type ArbitrationState,
  type RoleState,
  requireDevice,
  requirePrimary,
  startArbitration,
} from './arbitration.ts';
import type { Device } from './device.ts';
import { invalid, type Journal, type WriteContext } from './entity-handler.ts';
import { Forwarding } from './forwarding.ts';
import { ReadWriteLock } from './read-write-lock.ts';
import { reconcile } from './reconcile.ts';
import { type Permission, permissionOf } from './role-config.ts';
import { type Outcome, toOutcome } from './status.ts';
import type { WireUpdates, WireWriteRequest } from './wire-updates.ts';

/** How long a batch may keep packets and other requests waiting at a time. */
const SLICE_MS = 4;

/** Entities of one ReadResponse. */
const ENTITIES_PER_RESPONSE = 512;

export class SwitchState {
  readonly device: Device;
  readonly lock = new ReadWriteLock();
  arbitration: ArbitrationState;
  #running: Forwarding | undefined;
  /** Verified and not committed: reads and writes are for it ("VERIFY_AND_SAVE"). */
  #saved: Forwarding | undefined;

  constructor(device: Device, deviceId: bigint) {
    this.device = device;
    this.arbitration = startArbitration(deviceId);
  }

  /** What packets go through. */
  get running(): Forwarding | undefined {
    return this.#running;
  }

  /** What requests are for. */
  get #current(): Forwarding | undefined {
    return this.#saved ?? this.#running;
  }

  #required(): Forwarding {
    const current = this.#current;
    if (current === undefined) {
      throw new EntityError(
        Code.FAILED_PRECONDITION,
        'the switch has no program yet: send SetForwardingPipelineConfig first',
      );
    }
    return current;
  }

  #permission(name: string, role: RoleState | undefined, forwarding: Forwarding): Permission {
    return permissionOf(name, role?.config, forwarding.annotatedRoles);
  }

  // ---- Writing ----

  /**
   * Does a batch.
   * @returns What became of each update.
   * @throws EntityError for a request that as a whole is not allowed.
   */
  async write(request: WireWriteRequest): Promise<readonly Outcome[]> {
    requirePrimary(this.arbitration, request);
    this.#required();
    return this.lock.write(() => {
      // Another controller may have become primary while this one waited.
      const role = requirePrimary(this.arbitration, request);
      const forwarding = this.#required();
      const may = this.#permission(request.role, role, forwarding);
      switch (request.atomicity) {
        case WriteRequest_Atomicity.CONTINUE_ON_ERROR:
          return writeEach(forwarding, request.updates, may);
        case WriteRequest_Atomicity.ROLLBACK_ON_ERROR:
        case WriteRequest_Atomicity.DATAPLANE_ATOMIC:
          return this.device.exclusively(() => writeAll(forwarding, request.updates, may));
        default:
          throw invalid(
            `atomicity: it is ${request.atomicity}; write CONTINUE_ON_ERROR, ROLLBACK_ON_ERROR or DATAPLANE_ATOMIC`,
          );
      }
    });
  }

  // ---- Reading ----

  /**
   * Reads what a request selects, in parts.
   * @param send Takes a part; resolves when the next one may come.
   * @returns What became of each request.
   */
  async read(
    request: ReadRequest,
    send: (entities: readonly Entity[]) => Promise<void>,
  ): Promise<readonly Outcome[]> {
    requireDevice(this.arbitration, request.deviceId);
    this.#required();
    return this.lock.read(async () => {
      const forwarding = this.#required();
      const may = this.#permission(request.role, this.arbitration.roles.get(request.role), forwarding);
      const outcomes: Outcome[] = [];
      let part: Entity[] = [];
      for (const entity of request.entities) {
        try {
          for (const found of forwarding.read(entity, may)) {
            part.push(found);
            if (part.length < ENTITIES_PER_RESPONSE) continue;
            await send(part);
            part = [];
          }
          outcomes.push(undefined);
        } catch (problem) {
          outcomes.push(toOutcome(problem));
        }
      }
      if (part.length > 0) await send(part);
      return outcomes;
    });
  }

  // ---- The pipeline ----

  /** Does one of the actions of SetForwardingPipelineConfig. @throws EntityError. */
  async setPipeline(request: SetForwardingPipelineConfigRequest): Promise<void> {
    requirePrimary(this.arbitration, request);
    await this.lock.write(() => {
      const role = requirePrimary(this.arbitration, request);
      if (role.config?.canPushPipeline === false) {
        throw new EntityError(
          Code.PERMISSION_DENIED,
          `role '${request.role}' may not set the pipeline: its config has not can_push_pipeline`,
        );
      }
      this.#setPipeline(request);
    });
  }

  #setPipeline({ action, config }: SetForwardingPipelineConfigRequest): void {
    const Action = SetForwardingPipelineConfigRequest_Action;
    switch (action) {
      case Action.VERIFY:
        this.#make(config).release();
        return;
      case Action.VERIFY_AND_SAVE: {
        const made = this.#make(config);
        this.#saved?.release();
        this.#saved = made;
        return;
      }
      case Action.VERIFY_AND_COMMIT:
        this.#run(this.#make(config));
        return;
      case Action.COMMIT: {
        if (config !== undefined) throw invalid('config: COMMIT takes the saved one: leave it out');
        const saved = this.#saved;
        if (saved === undefined) {
          throw new EntityError(Code.NOT_FOUND, 'no config is saved: send VERIFY_AND_SAVE before COMMIT');
        }
        this.#saved = undefined;
        this.#run(saved);
        return;
      }
      case Action.RECONCILE_AND_COMMIT: {
        const made = this.#make(config);
        try {
          const before = this.#current;
          if (before !== undefined) this.device.exclusively(() => reconcile(before, made));
        } catch (problem) {
          made.release();
          throw problem;
        }
        this.#run(made);
        return;
      }
      default:
        throw invalid(
          `action: it is ${action === Action.UNSPECIFIED ? 'not set' : action}; write VERIFY, VERIFY_AND_SAVE, VERIFY_AND_COMMIT, COMMIT or RECONCILE_AND_COMMIT`,
        );
    }
  }

  #make(config: ForwardingPipelineConfig | undefined): Forwarding {
    if (config === undefined) throw invalid('config: it is not set');
    return new Forwarding(config, this.device);
  }

  #run(next: Forwarding): void {
    this.device.run(next.pipeline);
    const before = [this.#running, this.#saved];
    this.#running = next;
    this.#saved = undefined;
    for (const one of before) one?.release();
  }

  /** Runs a program that no controller sent. @throws EntityError for one that cannot run. */
  start(config: ForwardingPipelineConfig): void {
    this.#run(this.#make(config));
  }

  /** What GetForwardingPipelineConfig answers; undefined: there is no program yet. */
  getPipeline(
    deviceId: bigint,
    type: GetForwardingPipelineConfigRequest_ResponseType,
  ): ForwardingPipelineConfig | undefined {
    requireDevice(this.arbitration, deviceId);
    const config = this.#current?.config;
    if (config === undefined) return undefined;
    const { p4info, p4DeviceConfig, cookie } = config;
    const Type = GetForwardingPipelineConfigRequest_ResponseType;
    switch (type) {
      case Type.ALL:
        return config;
      case Type.COOKIE_ONLY:
        return { p4info: undefined, p4DeviceConfig: new Uint8Array(), cookie };
      case Type.P4INFO_AND_COOKIE:
        return { p4info, p4DeviceConfig: new Uint8Array(), cookie };
      case Type.DEVICE_CONFIG_AND_COOKIE:
        return { p4info: undefined, p4DeviceConfig, cookie };
      default:
        throw invalid(
          `response_type: it is ${type}; write ALL, COOKIE_ONLY, P4INFO_AND_COOKIE or DEVICE_CONFIG_AND_COOKIE`,
        );
    }
  }
}

/** CONTINUE_ON_ERROR: each by itself, and between some of them packets and other requests have their turn. */
async function writeEach(
  forwarding: Forwarding,
  updates: WireUpdates,
  may: Permission,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const context = { may, journal: undefined };
  let sliceEnd = performance.now() + SLICE_MS;
  for (let index = 0; index < updates.length; index++) {
    outcomes.push(attempt(forwarding, updates, index, context));
    if ((index & 63) !== 63 || performance.now() < sliceEnd) continue;
    await nextTurn();
    sliceEnd = performance.now() + SLICE_MS;
  }
  return outcomes;
}

/** All or none: no packet and no other request sees anything between. */
function writeAll(forwarding: Forwarding, updates: WireUpdates, may: Permission): readonly Outcome[] {
  const journal: Journal = [];
  const outcomes: Outcome[] = [];
  for (let index = 0; index < updates.length; index++) {
    const outcome = attempt(forwarding, updates, index, { may, journal });
    outcomes.push(outcome);
    if (outcome === undefined) continue;
    for (const undo of journal.reverse()) undo();
    // A detail for each update, as the specification wants; only one of them is the reason.
    const aborted = new EntityError(
      Code.ABORTED,
      'undone or not tried, because another update of the batch failed',
    );
    return Array.from({ length: updates.length }, (_, other) => (other === index ? outcome : aborted));
  }
  return outcomes;
}

function attempt(
  forwarding: Forwarding,
  updates: WireUpdates,
  index: number,
  context: WriteContext,
): Outcome {
  try {
    forwarding.writeAt(updates, index, context);
    return undefined;
  } catch (problem) {
    return toOutcome(problem);
  }
}
