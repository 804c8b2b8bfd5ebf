import test from 'ava';
import { makeTable, type Table } from '../tables/index.ts';
import { LinearMemory } from '../wasm/index.ts';
import { ActionProfile, type ProfileDescription, REFERENCE_BYTES } from './action-profile.ts';
import { runFunctions } from './run-functions.ts';

function run(more: Partial<ProfileDescription> = {}) {
  const memory = new LinearMemory();
  const profile = new ActionProfile(memory, {
    name: 'next hops',
    expectedMembers: 20,
    withSelector: true,
    actionDataBytes: 3,
    ...more,
  });
  const table = makeTable(memory, {
    name: 'routes',
    keys: [{ name: 'destination', kind: 'exact', width: 8 }],
    maximumSize: 10,
    actionDataBytes: REFERENCE_BYTES,
  });
  const instance = runFunctions(memory, (module) => {
    table.emit(module);
    profile.emit(module);
    return [profile.resolve];
  });
  table.attach(instance);
  profile.use(table);
  /** The first byte of the data of the member that a hash chooses; undefined without one. */
  const choose = (reference: number, hash: bigint): number | undefined => {
    const record = Number(instance.function(profile.resolve)(reference, hash)) >>> 0;
    return record === 0 ? undefined : memory.u8[record + 8];
  };
  return { memory, profile, table, choose };
}

function refer(table: Table, destination: number, reference: number) {
  return table.insert({
    matches: [{ kind: 'exact', value: Uint8Array.of(destination) }],
    action: 0,
    data: ActionProfile.data(reference),
  });
}

function act(byte: number) {
  return { action: 1, data: Uint8Array.of(byte) };
}

test('a group chooses the place hash mod size, members in the order in which they came', (t) => {
  const { profile, choose } = run();
  // Numbers of the controller's do not order them.
  for (const [id, byte] of [
    [9, 10],
    [2, 20],
    [5, 30],
  ] as const)
    t.is(profile.addMember(id, act(byte)), undefined);
  t.is(
    profile.addGroup(1, [
      { member: 5, weight: 1 },
      { member: 9, weight: 1 },
      { member: 2, weight: 1 },
    ]),
    undefined,
  );
  const reference = profile.groupReference(1) ?? 0;
  t.deepEqual(
    [0n, 1n, 2n, 3n, 4n].map((hash) => choose(reference, hash)),
    [10, 20, 30, 10, 20],
  );
  // BMv2 takes the lower 32 bits of a hash: 2³² − 1 is 3 × 1431655765, and of 2³² it sees 0.
  t.is(choose(reference, 2n ** 64n - 1n), 10);
  t.is(choose(reference, 2n ** 32n), 10);
  t.is(choose(reference, 0xabcd_0000_0002n), 30);
  t.is(choose(profile.memberReference(2) ?? 0, 12345n), 20);
});

test('a member of weight w has w places, and none while its port is down', (t) => {
  const { profile, choose } = run();
  profile.addMember(1, act(1));
  profile.addMember(2, act(2));
  profile.addGroup(1, [
    { member: 1, weight: 3, watchPort: 7 },
    { member: 2, weight: 2 },
  ]);
  const reference = profile.groupReference(1) ?? 0;
  const all = () => [0n, 1n, 2n, 3n, 4n].map((hash) => choose(reference, hash));
  t.deepEqual(all(), [1, 2, 1, 1, 2]);
  profile.setPort(7, false);
  t.deepEqual(all(), [2, 2, 2, 2, 2]);
  profile.modifyGroup(1, [{ member: 1, weight: 1, watchPort: 7 }]);
  t.deepEqual(all(), [undefined, undefined, undefined, undefined, undefined]);
  profile.setPort(7, true);
  t.deepEqual(all(), [1, 1, 1, 1, 1]);
  t.deepEqual(profile.group(1), [{ member: 1, weight: 1, watchPort: 7 }]);
});

test('what is in use is not deleted, what is not there is not used', (t) => {
  const { profile, table } = run();
  profile.addMember(1, act(1));
  profile.addMember(2, act(2));
  t.is(profile.addMember(1, act(1))?.reason, 'duplicate');
  t.is(profile.addGroup(4, [{ member: 3, weight: 1 }])?.reason, 'not-found');
  t.is(profile.addGroup(4, [{ member: 1, weight: 0 }])?.reason, 'invalid');
  t.is(
    profile.addGroup(4, [
      { member: 1, weight: 1 },
      { member: 1, weight: 1 },
    ])?.reason,
    'invalid',
  );
  // Sizes of groups are the program's, and checked by the server; here is only what the memory can take.
  t.is(profile.addGroup(4, [{ member: 1, weight: 2_000_000_000 }])?.reason, 'full');
  t.is(
    profile.addGroup(4, [{ member: 1, weight: 65_537 }])?.message,
    'action profile next hops: the weights of group 4 sum up to 65537, and the switch has 65536 places for a group: divide them by a common factor',
  );
  t.is(profile.addGroup(4, [{ member: 1, weight: 30 }]), undefined);
  t.is(profile.addGroup(4, [])?.reason, 'duplicate');
  t.is(profile.addGroup(5, [{ member: 2, weight: 65_536 }]), undefined);
  t.is(profile.deleteMember(1)?.reason, 'in-use');
  t.is(profile.deleteMember(7)?.reason, 'not-found');
  t.is(profile.modifyMember(7, act(1))?.reason, 'not-found');
  t.is(profile.addMember(8, { action: 1, data: new Uint8Array(4) })?.reason, 'invalid');
  t.true(refer(table, 1, profile.groupReference(4) ?? 0).ok);
  t.true(refer(table, 2, profile.memberReference(2) ?? 0).ok);
  t.is(profile.deleteGroup(4)?.reason, 'in-use');
  table.modify(
    { matches: [{ kind: 'exact', value: Uint8Array.of(1) }] },
    { action: 0, data: ActionProfile.data(profile.memberReference(2) ?? 0) },
  );
  t.is(profile.deleteGroup(4), undefined);
  t.is(profile.deleteGroup(4)?.reason, 'not-found');
  t.is(profile.deleteMember(1), undefined);
  t.is(profile.deleteGroup(5), undefined);
  t.is(profile.deleteMember(2)?.reason, 'in-use');
  table.clear();
  t.is(profile.deleteMember(2), undefined);
  t.is(profile.memberCount, 0);
});

test('a default entry uses a member too', (t) => {
  const { profile, table } = run();
  profile.addMember(1, act(1));
  table.setDefault({ action: 0, data: ActionProfile.data(profile.memberReference(1) ?? 0) });
  t.is(profile.deleteMember(1)?.reason, 'in-use');
  table.setDefault(undefined);
  t.is(profile.deleteMember(1), undefined);
});

test('a one-shot group goes with its entry, and leaves nothing', (t) => {
  const { memory, profile, table, choose } = run();
  const warm = profile.oneShot([{ ...act(1), weight: 1 }]);
  if (typeof warm === 'number') profile.dropOneShot(warm);
  refer(table, 1, 0);
  table.clear();
  refer(table, 1, 0);
  table.delete({ matches: [{ kind: 'exact', value: Uint8Array.of(1) }] });
  const used = memory.usedBytes;
  const reference = profile.oneShot([
    { ...act(5), weight: 2 },
    { ...act(6), weight: 1, watchPort: 3 },
  ]);
  if (typeof reference !== 'number') return t.fail(reference.message);
  t.deepEqual(
    [0n, 1n, 2n].map((hash) => choose(reference, hash)),
    [5, 6, 5],
  );
  t.true(refer(table, 1, reference).ok);
  profile.dropOneShot(reference);
  t.deepEqual(profile.target(reference), {
    kind: 'one-shot',
    actions: [
      { action: 1, data: Uint8Array.of(5, 0, 0), weight: 2 },
      { action: 1, data: Uint8Array.of(6, 0, 0), weight: 1, watchPort: 3 },
    ],
  });
  profile.setPort(3, false);
  t.deepEqual(
    [0n, 1n, 2n].map((hash) => choose(reference, hash)),
    [5, 5, 5],
  );
  table.delete({ matches: [{ kind: 'exact', value: Uint8Array.of(1) }] });
  t.is(profile.target(reference), undefined);
  t.is(memory.usedBytes, used);
  t.is(profile.memberCount, 0);
  return undefined;
});

test('references are read back as what they stand for', (t) => {
  const { profile } = run();
  profile.addMember(11, act(1));
  profile.addGroup(12, []);
  t.deepEqual(profile.target(profile.memberReference(11) ?? 0), { kind: 'member', id: 11 });
  t.deepEqual(profile.target(profile.groupReference(12) ?? 0), { kind: 'group', id: 12 });
  t.is(profile.target(4), undefined);
  t.deepEqual([...profile.members()], [11]);
  t.deepEqual([...profile.groups()], [12]);
  t.deepEqual(profile.member(11), { action: 1, data: Uint8Array.of(1, 0, 0) });
});

test('a profile without a selector has no groups', (t) => {
  const { profile, choose } = run({ withSelector: false });
  profile.addMember(1, act(9));
  t.is(profile.addGroup(1, [])?.reason, 'invalid');
  const oneShot = profile.oneShot([]);
  t.is(typeof oneShot === 'number' ? '' : oneShot.reason, 'invalid');
  t.is(choose(profile.memberReference(1) ?? 0, 1n), 9);
});
