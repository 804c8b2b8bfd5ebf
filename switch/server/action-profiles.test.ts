/** Members, groups and one-shot sets through gRPC ("ActionProfileMember & ActionProfileGroup"). */

import test from 'ava';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type {
  ActionProfileAction,
  ActionProfileGroup_Member,
  Update,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import {
  bytes,
  call,
  entity,
  entry,
  exact,
  insert,
  modify,
  readAll,
  readEntries,
  refused,
  remove,
  serve,
  unreadable,
} from './testing/harness.ts';
import { ID } from './testing/program.ts';

const action = (port: number) => call(ID.set, [port], [1]).type.value;

const member = (actionProfileId: number, memberId: number, port = 1) =>
  entity({
    entity: { $case: 'actionProfileMember', value: { actionProfileId, memberId, action: action(port) } },
  });

const share = (memberId: number, weight = 1, port?: number): ActionProfileGroup_Member => ({
  memberId,
  weight,
  watchKind: port === undefined ? undefined : { $case: 'watchPort', value: bytes(port) },
});

const group = (
  groupId: number,
  members: readonly ActionProfileGroup_Member[],
  maxSize = 8,
  actionProfileId: number = ID.selector,
) =>
  entity({ entity: { $case: 'actionProfileGroup', value: { actionProfileId, groupId, members, maxSize } } });

const shot = (port: number, weight = 1, watch?: number): ActionProfileAction => ({
  action: action(port),
  weight,
  watchKind: watch === undefined ? undefined : { $case: 'watchPort', value: bytes(watch) },
});

const oneShot = (key: number, ...actionProfileActions: readonly ActionProfileAction[]) =>
  entry({
    tableId: ID.selected,
    match: [exact(1, key)],
    action: { type: { $case: 'actionProfileActionSet', value: { actionProfileActions } } },
  });

const toMember = (tableId: number, key: number, value: number) =>
  entry({ tableId, match: [exact(1, key)], action: { type: { $case: 'actionProfileMemberId', value } } });

const toGroup = (key: number, value: number) =>
  entry({
    tableId: ID.selected,
    match: [exact(1, key)],
    action: { type: { $case: 'actionProfileGroupId', value } },
  });

test('members and groups: read as written, kept while they are used', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  await client.write([insert(member(ID.selector, 1)), insert(member(ID.selector, 2, 2))]);
  const written = group(5, [share(1, 2, 1), share(2, 3)]);
  await client.write([insert(written)]);
  await client.write([insert(toGroup(1, 5)), insert(toMember(ID.selected, 2, 2))]);
  t.deepEqual(await readAll(client, group(5, [])), [written]);
  t.deepEqual(await readAll(client, group(0, [], 0, 0)), [written]);
  t.deepEqual(await readAll(client, entity({ entity: { $case: 'actionProfileMember', value: {} } })), [
    member(ID.selector, 1),
    member(ID.selector, 2, 2),
  ]);
  const read = await readEntries(client, { tableId: ID.selected });
  t.deepEqual(
    read.map(({ action: of }) => of?.type),
    [
      { $case: 'actionProfileGroupId', value: 5 },
      { $case: 'actionProfileMemberId', value: 2 },
    ],
  );

  t.is((await readEntries(client, { tableId: ID.selected, action: read[0]?.action ?? {} })).length, 1);
  await refused(
    t,
    client,
    remove(member(ID.selector, 1)),
    Code.FAILED_PRECONDITION,
    /member 1 is still used in 1 /,
  );
  await refused(t, client, remove(group(5, [])), Code.FAILED_PRECONDITION, /group 5 is still used/);
  await client.write([remove(toGroup(1, 5))]);
  await client.write([remove(group(5, []))]);
  await client.write([remove(member(ID.selector, 1))]);
  await refused(
    t,
    client,
    remove(member(ID.selector, 2)),
    Code.FAILED_PRECONDITION,
    /member 2 is still used in 1 /,
  );
});

const WRONG: readonly (readonly [string, Update, number, RegExp])[] = [
  ['member id 0', insert(member(ID.selector, 0)), Code.INVALID_ARGUMENT, /member_id/],
  ['member there', insert(member(ID.selector, 1)), Code.ALREADY_EXISTS, /has a member 1 already/],
  ['member not there', modify(member(ID.selector, 9)), Code.NOT_FOUND, /no member 9/],
  [
    'member without action',
    insert(
      entity({
        entity: { $case: 'actionProfileMember', value: { actionProfileId: ID.selector, memberId: 7 } },
      }),
    ),
    Code.INVALID_ARGUMENT,
    /action is missing/,
  ],
  ['profile of none', insert(member(77, 7)), Code.INVALID_ARGUMENT, /action_profile_id.*c\.profile/],
  ['group of a profile', insert(group(1, [], 0, ID.profile)), Code.INVALID_ARGUMENT, /no selector/],
  ['group id 0', insert(group(0, [])), Code.INVALID_ARGUMENT, /group_id/],
  ['group there', insert(group(5, [share(1)])), Code.ALREADY_EXISTS, /group 5/],
  ['group not there', modify(group(6, [share(1)])), Code.NOT_FOUND, /no group 6/],
  ['member of group not there', insert(group(6, [share(9)])), Code.NOT_FOUND, /no member 9/],
  ['member twice', insert(group(6, [share(1), share(1)])), Code.INVALID_ARGUMENT, /twice/],
  ['weight 0', insert(group(6, [share(1, 0)])), Code.INVALID_ARGUMENT, /weight is 0/],
  [
    'watch port of none',
    insert(group(6, [share(1, 1, 9)])),
    Code.INVALID_ARGUMENT,
    /no port 9; there are 1 \(veth1\)/,
  ],
  [
    'max_size 0',
    insert(group(6, [share(1)], 0)),
    Code.INVALID_ARGUMENT,
    /max_size is 0; the program allows 1 to 8/,
  ],
  ['max_size too large', insert(group(6, [share(1)], 9)), Code.INVALID_ARGUMENT, /1 to 8/],
  ['max_size changed', modify(group(5, [share(1)], 7)), Code.INVALID_ARGUMENT, /max_size is 8 since/],
  [
    'larger than max_size',
    insert(group(6, [share(1, 4)], 3)),
    Code.RESOURCE_EXHAUSTED,
    /count 4, more than its max_size 3/,
  ],
  ['entry to a group of none', insert(toGroup(1, 6)), Code.NOT_FOUND, /no group 6/],
  ['entry to a member of none', insert(toMember(ID.selected, 1, 6)), Code.NOT_FOUND, /no member 6/],
  [
    'action in an indirect table',
    insert(entry({ tableId: ID.selected, match: [exact(1, 1)], action: call(ID.drop) })),
    Code.INVALID_ARGUMENT,
    /one-shot set, not an action/,
  ],
  ['one-shot beside members', insert(oneShot(1, shot(1))), Code.INVALID_ARGUMENT, /use one of the two/],
  [
    'one-shot without selector',
    insert(
      entry({
        tableId: ID.indirect,
        match: [exact(1, 1)],
        action: { type: { $case: 'actionProfileActionSet', value: {} } },
      }),
    ),
    Code.INVALID_ARGUMENT,
    /no selector/,
  ],
  [
    'group without selector',
    insert(
      entry({
        tableId: ID.indirect,
        match: [exact(1, 1)],
        action: { type: { $case: 'actionProfileGroupId', value: 1 } },
      }),
    ),
    Code.INVALID_ARGUMENT,
    /no selector/,
  ],
];

test('what is refused', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  await client.write([insert(member(ID.selector, 1))]);
  await client.write([insert(group(5, [share(1)]))]);
  for (const [name, update, code, message] of WRONG) {
    await refused(t, client, update, code, message, name);
  }
  t.deepEqual(await readAll(client, group(0, [], 0, 0)), [group(5, [share(1)])]);
  await unreadable(t, client, group(5, [], 0, 0), Code.INVALID_ARGUMENT, /of which profile/);
});

test('sizes: of a profile its members, of a selector the weights of all groups', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  await client.write([insert(member(ID.profile, 1)), insert(member(ID.profile, 2))]);
  await refused(t, client, insert(member(ID.profile, 3)), Code.RESOURCE_EXHAUSTED, /its 2 members/);
  await client.write([insert(member(ID.selector, 1))]);
  await client.write([insert(group(1, [share(1, 8)])), insert(group(2, [share(1, 8)]))]);
  await refused(
    t,
    client,
    insert(group(3, [share(1, 8)])),
    Code.RESOURCE_EXHAUSTED,
    /24, more than its size 20/,
  );
  await client.write([modify(group(1, [share(1, 4)]))]);
  await client.write([insert(group(3, [share(1, 8)]))]);
});

test('One Shot Action Selector Programming: read as written, and gone with the entry', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  const written = oneShot(1, shot(1, 2, 1), shot(1, 2, 1), shot(2, 1));
  await client.write([insert(written)]);
  const read = await readAll(client, entry({ tableId: ID.selected }));
  t.deepEqual(read, [written]);
  t.deepEqual(await readAll(client, group(0, [], 0, 0)), []);
  await refused(t, client, insert(member(ID.selector, 1)), Code.INVALID_ARGUMENT, /use one of the two/);
  await refused(t, client, insert(oneShot(2, shot(1, 9))), Code.INVALID_ARGUMENT, /a group of up to 8/);
  await refused(t, client, insert(oneShot(2, shot(1, 0))), Code.INVALID_ARGUMENT, /weight is 0/);
  // An entry that is refused leaves no group behind: the size of 20 would soon be used up.
  for (let n = 0; n < 5; n++)
    await refused(t, client, insert(oneShot(1, shot(1, 8))), Code.ALREADY_EXISTS, /already/);
  await client.write([modify(oneShot(1, shot(2, 8)))]);
  await client.write([modify(oneShot(1, shot(1, 7)))]);
  await client.write([insert(oneShot(2, shot(1, 8)))]);
  t.deepEqual((await readAll(client, entry({ tableId: ID.selected })))[0], oneShot(1, shot(1, 7)));
  await client.write([remove(oneShot(1)), remove(oneShot(2))]);
  await client.write([insert(member(ID.selector, 1))]);
});
