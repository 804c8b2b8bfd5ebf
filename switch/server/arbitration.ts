/**
 * Who is primary, as the specification's "Client Arbitration and Controller Replication" says: a pure core of
 * state × event → state + effects. A role's highest election id outlives the controllers that had it.
 */

import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type { MasterArbitrationUpdate, Uint128 } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { parseRoleConfig, type RoleConfig } from './role-config.ts';

/** A controller's stream, by a number that the server gives it. */
export type StreamId = number;

/** A live controller. Without an election id it never becomes primary. */
export type Controller = {
  readonly stream: StreamId;
  readonly role: string;
  readonly electionId: bigint | undefined;
};

/** What is known of a role. */
export type RoleState = {
  /** The highest election id ever seen from a controller; undefined: none yet. */
  readonly highest: bigint | undefined;
  /** The stream that is primary now. */
  readonly primary: StreamId | undefined;
  /** What the last primary asked for. */
  readonly config: RoleConfig | undefined;
  /** The same as it came, for the answers. */
  readonly message: MasterArbitrationUpdate['role'];
};

export type ArbitrationState = {
  readonly deviceId: bigint;
  readonly controllers: ReadonlyMap<StreamId, Controller>;
  readonly roles: ReadonlyMap<string, RoleState>;
};

/** A message for a stream. Those `afterWrites` wait until the writes of the primary before are done. */
export type Notification = {
  readonly stream: StreamId;
  readonly update: MasterArbitrationUpdate;
  readonly afterWrites: boolean;
};

export type ArbitrationResult = {
  readonly state: ArbitrationState;
  readonly notifications: readonly Notification[];
};

/** Streams of one role at a time; more are refused, so that nobody fills the server with them. */
export const MAXIMUM_STREAMS = 64;

/** No controllers yet. */
export function startArbitration(deviceId: bigint): ArbitrationState {
  return { deviceId, controllers: new Map(), roles: new Map() };
}

/** An election id as one number. */
export function electionNumber({ high, low }: Uint128): bigint {
  return (high << 64n) | low;
}

function electionMessage(number: bigint): Uint128 {
  return { high: number >> 64n, low: number & 0xffff_ffff_ffff_ffffn };
}

/**
 * A controller says who it is, or who it is now.
 * @throws EntityError that ends the stream: "Rules for Handling MasterArbitrationUpdate Messages".
 */
export function arbitrate(
  state: ArbitrationState,
  stream: StreamId,
  update: MasterArbitrationUpdate,
): ArbitrationResult {
  const before = state.controllers.get(stream);
  const role = update.role?.name ?? '';
  checkDevice(state, update, before);
  if (before !== undefined && before.role !== role) {
    throw new EntityError(
      Code.FAILED_PRECONDITION,
      `role: the stream has the role '${before.role}', which cannot change to '${role}': open another stream`,
    );
  }
  const config = parseRoleConfig(update.role);
  checkExclusive(state, role, config);
  const electionId = update.electionId === undefined ? undefined : electionNumber(update.electionId);
  const peers = [...state.controllers.values()].filter((one) => one.role === role && one.stream !== stream);
  if (electionId !== undefined && peers.some((peer) => peer.electionId === electionId)) {
    throw new EntityError(
      Code.INVALID_ARGUMENT,
      `election_id: another controller of role '${role}' has ${electionId} already: take a greater one to become primary`,
    );
  }
  if (before === undefined && peers.length >= MAXIMUM_STREAMS) {
    throw new EntityError(
      Code.RESOURCE_EXHAUSTED,
      `role '${role}' has its ${MAXIMUM_STREAMS} streams: close some of them`,
    );
  }

  const known = state.roles.get(role);
  const highest = known?.highest;
  const controllers = new Map(state.controllers).set(stream, { stream, role, electionId });
  if (electionId !== undefined && (highest === undefined || electionId >= highest)) {
    const next: RoleState = { highest: electionId, primary: stream, config, message: update.role };
    const there = { ...state, controllers, roles: new Map(state.roles).set(role, next) };
    // Others hear of it before the writes of the primary before are done, the new primary after.
    return { state: there, notifications: notifyAll(there, role) };
  }
  const resigned = known?.primary === stream;
  const next: RoleState = {
    highest,
    primary: resigned ? undefined : known?.primary,
    config: known?.config,
    message: known?.message,
  };
  const there = { ...state, controllers, roles: new Map(state.roles).set(role, next) };
  return {
    state: there,
    notifications: notifyAll(there, role).filter((one) => resigned || one.stream === stream),
  };
}

/** What one role has for itself, no other may list. */
function checkExclusive(state: ArbitrationState, role: string, config: RoleConfig | undefined): void {
  if (config === undefined) return;
  for (const [name, other] of state.roles) {
    if (name === role || other.config === undefined) continue;
    const mine = [...config.exclusiveIds, ...config.sharedIds].find((id) =>
      other.config?.exclusiveIds.has(id),
    );
    const theirs = [...other.config.sharedIds].find((id) => config.exclusiveIds.has(id));
    const id = mine ?? theirs;
    if (id === undefined) continue;
    throw new EntityError(
      Code.INVALID_ARGUMENT,
      `role.config: role '${role}' and role '${name}' both list the id ${id}, which one of them has for itself`,
    );
  }
}

function checkDevice(
  state: ArbitrationState,
  update: MasterArbitrationUpdate,
  before: Controller | undefined,
): void {
  if (update.deviceId === state.deviceId) return;
  throw before === undefined
    ? new EntityError(
        Code.NOT_FOUND,
        `device_id: there is no device ${update.deviceId} here, only ${state.deviceId}`,
      )
    : new EntityError(
        Code.FAILED_PRECONDITION,
        `device_id: the stream is for device ${state.deviceId}, which cannot change to ${update.deviceId}`,
      );
}

/** A stream has ended. */
export function disconnect(state: ArbitrationState, stream: StreamId): ArbitrationResult {
  const controller = state.controllers.get(stream);
  if (controller === undefined) return { state, notifications: [] };
  const controllers = new Map(state.controllers);
  controllers.delete(stream);
  const role = state.roles.get(controller.role);
  if (role?.primary !== stream) return { state: { ...state, controllers }, notifications: [] };
  const roles = new Map(state.roles).set(controller.role, { ...role, primary: undefined });
  const there = { ...state, controllers, roles };
  return { state: there, notifications: notifyAll(there, controller.role) };
}

/** "Client Arbitration Notifications": what each controller of a role is told. */
function notifyAll(state: ArbitrationState, roleName: string): Notification[] {
  const role = state.roles.get(roleName);
  if (role === undefined) return [];
  const { highest, primary, message } = role;
  return [...state.controllers.values()]
    .filter((controller) => controller.role === roleName)
    .map(({ stream }) => ({
      stream,
      afterWrites: stream === primary,
      update: {
        deviceId: state.deviceId,
        role: roleMessage(roleName, message),
        electionId: highest === undefined ? undefined : electionMessage(highest),
        status:
          stream === primary
            ? { code: Code.OK, message: 'you are primary', details: [] }
            : primary === undefined
              ? { code: Code.NOT_FOUND, message: 'there is no primary now', details: [] }
              : { code: Code.ALREADY_EXISTS, message: 'another controller is primary', details: [] },
      },
    }));
}

/** The default role is left out, as controllers leave it out. */
function roleMessage(
  name: string,
  message: MasterArbitrationUpdate['role'],
): MasterArbitrationUpdate['role'] {
  if (name === '' && message === undefined) return undefined;
  return { id: message?.id ?? 0n, name, config: message?.config };
}

/**
 * The role in whose name a request changes something.
 * @throws EntityError NOT_FOUND for a device or role that there is not, PERMISSION_DENIED for one who is not primary.
 */
export function requirePrimary(
  state: ArbitrationState,
  request: {
    readonly deviceId: bigint;
    readonly role: string;
    readonly electionId: Uint128 | undefined;
  },
): RoleState {
  requireDevice(state, request.deviceId);
  const role = state.roles.get(request.role);
  if (role === undefined && request.role !== '') {
    throw new EntityError(
      Code.NOT_FOUND,
      `role: no controller has opened a stream for role '${request.role}'${known(state)}`,
    );
  }
  const electionId = request.electionId === undefined ? undefined : electionNumber(request.electionId);
  if (role?.primary === undefined) {
    throw new EntityError(
      Code.PERMISSION_DENIED,
      `election_id: ${roleInWords(request.role)} has no primary: open a StreamChannel and send a MasterArbitrationUpdate first`,
    );
  }
  if (electionId === undefined || electionId !== role.highest) {
    throw new EntityError(
      Code.PERMISSION_DENIED,
      `election_id: ${electionId === undefined ? 'it is not set' : `${electionId} is not that of the primary`}, and only the primary of ${roleInWords(request.role)} may do this`,
    );
  }
  return role;
}

/** @throws EntityError NOT_FOUND for another device. */
export function requireDevice(state: ArbitrationState, deviceId: bigint): void {
  if (deviceId !== state.deviceId) {
    throw new EntityError(
      Code.NOT_FOUND,
      `device_id: there is no device ${deviceId} here, only ${state.deviceId}`,
    );
  }
}

function roleInWords(role: string): string {
  return role === '' ? 'the default role' : `role '${role}'`;
}

function known(state: ArbitrationState): string {
  const names = [...state.roles.keys()].filter((name) => name !== '');
  return names.length === 0 ? '' : `; there are: ${names.join(', ')}`;
}
