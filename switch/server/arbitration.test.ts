/** "Client Arbitration and Controller Replication": the rules of the specification, by their numbers. */

import test, { type ExecutionContext } from 'ava';
import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type { MasterArbitrationUpdate } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import {
  type ArbitrationResult,
  type ArbitrationState,
  arbitrate,
  disconnect,
  MAXIMUM_STREAMS,
  requirePrimary,
  startArbitration,
} from './arbitration.ts';

const START = startArbitration(3n);

function update(
  electionId: bigint | undefined,
  role?: string,
  config?: { typeUrl: string; value: Uint8Array },
): MasterArbitrationUpdate {
  return {
    deviceId: 3n,
    role: role === undefined ? undefined : { id: 0n, name: role, config },
    electionId:
      electionId === undefined ? undefined : { high: electionId >> 64n, low: BigInt.asUintN(64, electionId) },
    status: undefined,
  };
}

/** stream, status, election id, and whether it waits for writes. */
function told({ notifications }: ArbitrationResult) {
  return notifications.map(({ stream, update: of, afterWrites }) => [
    stream,
    of.status?.code,
    of.electionId === undefined ? undefined : (of.electionId.high << 64n) | of.electionId.low,
    afterWrites,
  ]);
}

function after(
  state: ArbitrationState,
  ...steps: readonly (readonly [number, bigint | undefined, string?])[]
): ArbitrationState {
  return steps.reduce((now, [stream, id, role]) => arbitrate(now, stream, update(id, role)).state, state);
}

function refused(t: ExecutionContext, body: () => unknown, code: Code) {
  t.is(t.throws<EntityError>(body, { instanceOf: EntityError })?.code, code);
}

test('the first controller is primary, and is told so', (t) => {
  t.deepEqual(told(arbitrate(START, 1, update(5n))), [[1, Code.OK, 5n, true]]);
});

test('a controller without election id never becomes primary; before any primary no id is told', (t) => {
  t.deepEqual(told(arbitrate(START, 1, update(undefined))), [[1, Code.NOT_FOUND, undefined, false]]);
  t.deepEqual(told(arbitrate(START, 1, update(0n))), [[1, Code.OK, 0n, true]]);
});

test('a greater id takes over: all others are told before the writes are done, the new primary after', (t) => {
  const before = after(START, [1, 5n], [2, 3n]);
  t.deepEqual(told(arbitrate(before, 3, update(2n ** 64n))), [
    [1, Code.ALREADY_EXISTS, 2n ** 64n, false],
    [2, Code.ALREADY_EXISTS, 2n ** 64n, false],
    [3, Code.OK, 2n ** 64n, true],
  ]);
});

test('a smaller id is backup, and only it is told', (t) => {
  t.deepEqual(told(arbitrate(after(START, [1, 5n]), 2, update(4n))), [[2, Code.ALREADY_EXISTS, 5n, false]]);
});

test('a primary that downgrades itself leaves nobody in its place, and all are told', (t) => {
  const before = after(START, [1, 5n], [2, 4n]);
  t.deepEqual(told(arbitrate(before, 1, update(3n))), [
    [1, Code.NOT_FOUND, 5n, false],
    [2, Code.NOT_FOUND, 5n, false],
  ]);
});

test('a primary that disconnects: all are told; the highest id is remembered', (t) => {
  const before = after(START, [1, 5n], [2, 4n]);
  const gone = disconnect(before, 1);
  t.deepEqual(told(gone), [[2, Code.NOT_FOUND, 5n, false]]);
  t.deepEqual(told(arbitrate(gone.state, 3, update(3n))), [[3, Code.NOT_FOUND, 5n, false]]);
  t.deepEqual(told(arbitrate(gone.state, 2, update(5n))), [[2, Code.OK, 5n, true]]);
  t.deepEqual(told(disconnect(before, 2)), []);
});

test('1.1: another device', (t) =>
  refused(t, () => arbitrate(START, 1, { ...update(1n), deviceId: 4n }), Code.NOT_FOUND));
test('1.2 and 2.4: an id that a live controller has', (t) => {
  refused(t, () => arbitrate(after(START, [1, 5n]), 2, update(5n)), Code.INVALID_ARGUMENT);
  refused(t, () => arbitrate(after(START, [1, 5n], [2, 4n]), 2, update(5n)), Code.INVALID_ARGUMENT);
  t.notThrows(() => arbitrate(after(START, [1, 5n]), 1, update(5n)));
  t.notThrows(() => arbitrate(after(START, [1, 5n]), 2, update(5n, 'other')));
});
test('1.3: a role config of another scheme', (t) => {
  const config = { typeUrl: 'type.googleapis.com/google.protobuf.Empty', value: new Uint8Array() };
  refused(t, () => arbitrate(START, 1, update(1n, 'r', config)), Code.INVALID_ARGUMENT);
  refused(t, () => arbitrate(START, 1, update(1n, '', config)), Code.INVALID_ARGUMENT);
  const broken = { typeUrl: 'type.googleapis.com/stratum.P4RoleConfig', value: Uint8Array.of(0x0a, 99) };
  refused(t, () => arbitrate(START, 1, update(1n, 'r', broken)), Code.INVALID_ARGUMENT);
});
test('1.4: more streams than there may be', (t) => {
  const all = Array.from({ length: MAXIMUM_STREAMS }, (_, index) => [index + 1, BigInt(index)] as const);
  refused(t, () => arbitrate(after(START, ...all), 999, update(9999n)), Code.RESOURCE_EXHAUSTED);
});
test('2.1 and 2.2: another device or role on the same stream', (t) => {
  refused(
    t,
    () => arbitrate(after(START, [1, 5n]), 1, { ...update(6n), deviceId: 4n }),
    Code.FAILED_PRECONDITION,
  );
  refused(t, () => arbitrate(after(START, [1, 5n]), 1, update(6n, 'r')), Code.FAILED_PRECONDITION);
});

test('roles have primaries of their own', (t) => {
  const state = after(START, [1, 5n], [2, 1n, 'a'], [3, 9n, 'b']);
  t.is(state.roles.get('')?.primary, 1);
  t.is(state.roles.get('a')?.primary, 2);
  t.is(state.roles.get('b')?.primary, 3);
  const { notifications } = arbitrate(state, 4, update(2n, 'a'));
  t.deepEqual(
    notifications.map(({ stream, update: of }) => [stream, of.role?.name]),
    [
      [2, 'a'],
      [4, 'a'],
    ],
  );
});

test('what one role has for itself, no other may list', (t) => {
  // stratum.P4RoleConfig { exclusive_p4_ids: 7 } and { shared_p4_ids: 7 }
  const exclusive = { typeUrl: 'type.googleapis.com/stratum.P4RoleConfig', value: Uint8Array.of(0x0a, 1, 7) };
  const shared = { typeUrl: 'type.googleapis.com/stratum.P4RoleConfig', value: Uint8Array.of(0x12, 1, 7) };
  const state = arbitrate(START, 1, update(1n, 'a', exclusive)).state;
  refused(t, () => arbitrate(state, 2, update(1n, 'b', shared)), Code.INVALID_ARGUMENT);
  t.notThrows(() => arbitrate(state, 2, update(2n, 'a', exclusive)));
});

test('Write: the checks, in their order', (t) => {
  const state = after(START, [1, 5n]);
  const request = { deviceId: 3n, role: '', electionId: { high: 0n, low: 5n } };
  refused(t, () => requirePrimary(state, { ...request, deviceId: 4n, role: 'x' }), Code.NOT_FOUND);
  refused(t, () => requirePrimary(state, { ...request, role: 'x' }), Code.NOT_FOUND);
  refused(t, () => requirePrimary(state, { ...request, electionId: undefined }), Code.PERMISSION_DENIED);
  refused(
    t,
    () => requirePrimary(state, { ...request, electionId: { high: 5n, low: 5n } }),
    Code.PERMISSION_DENIED,
  );
  refused(t, () => requirePrimary(START, request), Code.PERMISSION_DENIED);
  refused(t, () => requirePrimary(disconnect(state, 1).state, request), Code.PERMISSION_DENIED);
  t.is(requirePrimary(state, request).highest, 5n);
});
