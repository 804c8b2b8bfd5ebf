/**
 * TableEntry through gRPC; each test names the section of the P4Runtime specification that says what is right.
 * Longer than most: the rules of one entity.
 */

import test from 'ava';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import { type FieldMatch, type Update, Update_Type } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import {
  bytes,
  call,
  entity,
  entry,
  exact,
  insert,
  modify,
  readEntries,
  refused,
  remove,
  SET,
  serve,
  unreadable,
} from './testing/harness.ts';
import { ID } from './testing/program.ts';

const KEY = [exact(1, 10, 0, 0, 1), exact(2, 5)];
const ENTRY = { tableId: ID.exact, match: KEY, action: SET };

const lpm = (fieldId: number, prefixLen: number, ...value: readonly number[]): FieldMatch => ({
  fieldId,
  fieldMatchType: { $case: 'lpm', value: { value: bytes(...value), prefixLen } },
});
const ternary = (fieldId: number, value: readonly number[], mask: readonly number[]): FieldMatch => ({
  fieldId,
  fieldMatchType: { $case: 'ternary', value: { value: bytes(...value), mask: bytes(...mask) } },
});
const range = (fieldId: number, low: readonly number[], high: readonly number[]): FieldMatch => ({
  fieldId,
  fieldMatchType: { $case: 'range', value: { low: bytes(...low), high: bytes(...high) } },
});
const optional = (fieldId: number, ...value: readonly number[]): FieldMatch => ({
  fieldId,
  fieldMatchType: { $case: 'optional', value: { value: bytes(...value) } },
});

test('Read-Write Symmetry: an entry is read as it was written, numbers in their shortest form', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  const written = {
    tableId: ID.exact,
    match: [exact(1, 0, 10, 0, 0, 1), exact(2, 0, 0)],
    action: call(ID.set, [0, 1], [0, 0, 0, 0, 0, 0]),
    metadata: bytes(1, 2, 3),
    controllerMetadata: 99n,
    idleTimeoutNs: 2n ** 62n + 1n,
  };
  await client.write([insert(entry(written))]);
  const [read] = await readEntries(client, { tableId: ID.exact });
  t.like(read, {
    match: [exact(1, 10, 0, 0, 1), exact(2, 0)],
    action: call(ID.set, [1], [0]),
    metadata: bytes(1, 2, 3),
    controllerMetadata: 99n,
    idleTimeoutNs: 2n ** 62n + 1n,
    priority: 0,
    isDefaultAction: false,
    isConst: false,
  });
  t.is(read?.timeSinceLastHit, undefined);
  t.is(read?.counterData, undefined);
});

test('Write: INSERT, MODIFY and DELETE, and what is there or not', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  await refused(t, client, modify(entry(ENTRY)), Code.NOT_FOUND, /no entry/);
  await refused(t, client, remove(entry(ENTRY)), Code.NOT_FOUND, /no entry/);
  await client.write([insert(entry(ENTRY))]);
  await refused(t, client, insert(entry(ENTRY)), Code.ALREADY_EXISTS, /c\.exact/);
  await client.write([modify(entry({ ...ENTRY, action: call(ID.drop) }))]);
  t.deepEqual((await readEntries(client, { tableId: ID.exact }))[0]?.action, call(ID.drop));
  // "When deleting, all other fields must be ignored, even if they have nonsensical values."
  await client.write([
    remove(
      entry({ ...ENTRY, action: call(99), idleTimeoutNs: -5n, metadata: bytes(1), timeSinceLastHit: {} }),
    ),
  ]);
  t.deepEqual(await readEntries(client, { tableId: ID.exact }), []);
});

test('Action Specification: a MODIFY without action changes nothing but direct resources', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  await client.write([insert(entry({ ...ENTRY, metadata: bytes(7), idleTimeoutNs: 5n }))]);
  await client.write([modify(entry({ tableId: ID.exact, match: KEY, counterData: { packetCount: 4n } }))]);
  const [read] = await readEntries(client, { tableId: ID.exact, counterData: {} });
  t.like(read, { action: SET, metadata: bytes(7), idleTimeoutNs: 5n });
  t.deepEqual(read?.counterData, { packetCount: 4n, byteCount: 0n });
});

// What is wrong, the code that the specification gives, and what the message has to name.
const WRONG: readonly (readonly [string, Update, number, RegExp])[] = [
  [
    'no type',
    { type: Update_Type.UNSPECIFIED, entity: entry(ENTRY) },
    Code.INVALID_ARGUMENT,
    /INSERT, MODIFY or DELETE/,
  ],
  ['no entity', { type: Update_Type.INSERT, entity: undefined }, Code.INVALID_ARGUMENT, /entity/],
  [
    'no table',
    insert(entry({ ...ENTRY, tableId: 0 })),
    Code.INVALID_ARGUMENT,
    /table_id: it is not set.*c\.exact/,
  ],
  [
    'unknown table',
    insert(entry({ ...ENTRY, tableId: 77 })),
    Code.INVALID_ARGUMENT,
    /table_id.*77.*c\.exact/,
  ],
  ['is_const', insert(entry({ ...ENTRY, isConst: true })), Code.INVALID_ARGUMENT, /is_const/],
  [
    'missing field',
    insert(entry({ ...ENTRY, match: [exact(1, 1)] })),
    Code.INVALID_ARGUMENT,
    /'h\.b' is missing/,
  ],
  [
    'unknown field',
    insert(entry({ ...ENTRY, match: [...KEY, exact(9, 1)] })),
    Code.INVALID_ARGUMENT,
    /field 9.*1 \(h\.a\)/,
  ],
  [
    'field twice',
    insert(entry({ ...ENTRY, match: [...KEY, exact(2, 1)] })),
    Code.INVALID_ARGUMENT,
    /'h\.b' is given twice/,
  ],
  [
    'other match kind',
    insert(entry({ ...ENTRY, match: [lpm(1, 8, 10, 0, 0, 0), exact(2, 1)] })),
    Code.INVALID_ARGUMENT,
    /'h\.a' is matched as exact, not as lpm/,
  ],
  [
    'match without value',
    insert(entry({ ...ENTRY, match: [{ fieldId: 1 }, exact(2, 1)] })),
    Code.INVALID_ARGUMENT,
    /no value/,
  ],
  [
    'too wide',
    insert(entry({ ...ENTRY, match: [exact(1, 1), exact(2, 2, 0)] })),
    Code.OUT_OF_RANGE,
    /'h\.b': 0x0200 does not fit in bit<9>.*0x01ff/,
  ],
  [
    'empty value',
    insert(entry({ ...ENTRY, match: [exact(1), exact(2, 2)] })),
    Code.OUT_OF_RANGE,
    /'h\.a': the value is empty/,
  ],
  ['priority', insert(entry({ ...ENTRY, priority: 1 })), Code.INVALID_ARGUMENT, /priority is 1.*wants 0/],
  ['no action', insert(entry({ ...ENTRY, action: undefined })), Code.INVALID_ARGUMENT, /action is missing/],
  ['empty action', insert(entry({ ...ENTRY, action: {} })), Code.INVALID_ARGUMENT, /action is empty/],
  [
    'action of none',
    insert(entry({ ...ENTRY, action: call(99) })),
    Code.INVALID_ARGUMENT,
    /no action 99.*c\.set/,
  ],
  [
    'action of another table',
    insert(entry({ ...ENTRY, action: call(ID.toPort, [1]) })),
    Code.INVALID_ARGUMENT,
    /no action/,
  ],
  [
    'default-only action',
    insert(entry({ ...ENTRY, action: call(ID.onlyDefault) })),
    Code.PERMISSION_DENIED,
    /'c\.only_default' is for the default entry only/,
  ],
  [
    'parameter missing',
    insert(entry({ ...ENTRY, action: call(ID.set, [1]) })),
    Code.INVALID_ARGUMENT,
    /'mac' is missing/,
  ],
  [
    'extra parameter',
    insert(entry({ ...ENTRY, action: call(ID.set, [1], [2], [3]) })),
    Code.INVALID_ARGUMENT,
    /no parameter 3.*2 \(mac\)/,
  ],
  [
    'parameter too wide',
    insert(entry({ ...ENTRY, action: call(ID.set, [2, 0], [2]) })),
    Code.OUT_OF_RANGE,
    /'port'.*bit<9>/,
  ],
  [
    'member in a direct table',
    insert(entry({ ...ENTRY, action: { type: { $case: 'actionProfileMemberId', value: 1 } } })),
    Code.INVALID_ARGUMENT,
    /not a member/,
  ],
  [
    'time_since_last_hit',
    insert(entry({ ...ENTRY, timeSinceLastHit: {} })),
    Code.INVALID_ARGUMENT,
    /time_since_last_hit/,
  ],
  [
    'negative idle timeout',
    insert(entry({ ...ENTRY, idleTimeoutNs: -1n })),
    Code.INVALID_ARGUMENT,
    /idle_timeout_ns is -1/,
  ],
  [
    'idle timeout without support',
    insert(entry({ tableId: ID.lpm, match: [lpm(1, 8, 10, 0, 0, 0)], action: SET, idleTimeoutNs: 5n })),
    Code.INVALID_ARGUMENT,
    /does not support idle timeouts/,
  ],
  [
    'counter without one',
    insert(entry({ tableId: ID.lpm, match: [lpm(1, 8, 10, 0, 0, 0)], action: SET, counterData: {} })),
    Code.INVALID_ARGUMENT,
    /no direct counter/,
  ],
  [
    'meter without one',
    insert(entry({ tableId: ID.lpm, match: [lpm(1, 8, 10, 0, 0, 0)], action: SET, meterConfig: {} })),
    Code.INVALID_ARGUMENT,
    /no direct meter/,
  ],
  [
    'colors that are not 0',
    insert(entry({ ...ENTRY, meterCounterData: { red: { byteCount: 1n } } })),
    Code.INVALID_ARGUMENT,
    /meter_counter_data: red is 0 packets and 1 bytes; .*only be set to 0/,
  ],
  [
    'colors without a meter',
    insert(entry({ tableId: ID.lpm, match: [lpm(1, 8, 10, 0, 0, 0)], action: SET, meterCounterData: {} })),
    Code.INVALID_ARGUMENT,
    /no direct meter/,
  ],
  [
    'eburst of a two-rate meter',
    insert(entry({ ...ENTRY, meterConfig: { eburst: 1n } })),
    Code.INVALID_ARGUMENT,
    /eburst/,
  ],
  // "Match Format"
  [
    'lpm don’t care',
    insert(entry({ tableId: ID.lpm, match: [lpm(1, 0, 0)], action: SET })),
    Code.INVALID_ARGUMENT,
    /leave the field out/,
  ],
  [
    'lpm too long',
    insert(entry({ tableId: ID.lpm, match: [lpm(1, 33, 0)], action: SET })),
    Code.INVALID_ARGUMENT,
    /33 bits; write 1 to 32/,
  ],
  [
    'lpm bits behind',
    insert(entry({ tableId: ID.lpm, match: [lpm(1, 8, 10, 0, 0, 1)], action: SET })),
    Code.INVALID_ARGUMENT,
    /behind its prefix of 8/,
  ],
  [
    'ternary mask 0',
    insert(entry({ tableId: ID.acl, match: [ternary(1, [0], [0])], action: SET, priority: 1 })),
    Code.INVALID_ARGUMENT,
    /leave the field out/,
  ],
  [
    'ternary bits beyond',
    insert(entry({ tableId: ID.acl, match: [ternary(1, [3, 0], [1, 0])], action: SET, priority: 1 })),
    Code.INVALID_ARGUMENT,
    /that its mask 0x0100 has not/,
  ],
  [
    'range backwards',
    insert(entry({ tableId: ID.acl, match: [range(2, [5], [4])], action: SET, priority: 1 })),
    Code.INVALID_ARGUMENT,
    /behind its end/,
  ],
  [
    'whole range',
    insert(entry({ tableId: ID.acl, match: [range(2, [0], [0xff, 0xff])], action: SET, priority: 1 })),
    Code.INVALID_ARGUMENT,
    /leave the field out/,
  ],
  [
    'no priority',
    insert(entry({ tableId: ID.acl, match: [range(2, [5], [6])], action: SET })),
    Code.INVALID_ARGUMENT,
    /priority is 0.*wants 1 or more/,
  ],
  [
    'negative priority',
    insert(entry({ tableId: ID.acl, match: [range(2, [5], [6])], action: SET, priority: -1 })),
    Code.INVALID_ARGUMENT,
    /priority is -1/,
  ],
  ['keyless insert', insert(entry({ tableId: ID.keyless, action: SET })), Code.INVALID_ARGUMENT, /no key/],
  // "Default Entry"
  [
    'default insert',
    insert(entry({ tableId: ID.exact, isDefaultAction: true, action: call(ID.drop) })),
    Code.INVALID_ARGUMENT,
    /can only be modified/,
  ],
  [
    'default delete',
    remove(entry({ tableId: ID.exact, isDefaultAction: true })),
    Code.INVALID_ARGUMENT,
    /can only be modified/,
  ],
  [
    'default with match',
    modify(entry({ ...ENTRY, isDefaultAction: true })),
    Code.INVALID_ARGUMENT,
    /no match/,
  ],
  [
    'default with priority',
    modify(entry({ tableId: ID.exact, isDefaultAction: true, priority: 1, action: call(ID.drop) })),
    Code.INVALID_ARGUMENT,
    /no priority/,
  ],
  [
    'default with idle timeout',
    modify(entry({ tableId: ID.exact, isDefaultAction: true, idleTimeoutNs: 1n, action: call(ID.drop) })),
    Code.INVALID_ARGUMENT,
    /idle timeout/,
  ],
  [
    'const default',
    modify(entry({ tableId: ID.fixedDefault, isDefaultAction: true, action: call(ID.drop) })),
    Code.PERMISSION_DENIED,
    /const 'c\.drop'/,
  ],
  [
    'default of an indirect table',
    modify(entry({ tableId: ID.indirect, isDefaultAction: true })),
    Code.PERMISSION_DENIED,
    /indirect/,
  ],
  // "Constant Tables"
  [
    'const insert',
    insert(entry({ tableId: ID.constant, match: [exact(1, 9)], action: call(ID.drop) })),
    Code.PERMISSION_DENIED,
    /const entries.*inserted/,
  ],
  [
    'const delete',
    remove(entry({ tableId: ID.constant, match: [exact(1, 1)] })),
    Code.PERMISSION_DENIED,
    /deleted/,
  ],
  [
    'const modify',
    modify(entry({ tableId: ID.constant, match: [exact(1, 1)], action: call(ID.drop) })),
    Code.PERMISSION_DENIED,
    /another action/,
  ],
  // "Preinitialized tables"
  [
    'const entry of a preinitialized table',
    remove(entry({ tableId: ID.mixed, match: [exact(1, 1)] })),
    Code.PERMISSION_DENIED,
    /deleted/,
  ],
  [
    'extern',
    insert(entity({ entity: { $case: 'externEntry', value: { externTypeId: 0x81, externId: 1 } } })),
    Code.UNIMPLEMENTED,
    /no externs/,
  ],
];

test('what is refused, with which code, and that nothing changes by it', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  for (const [name, update, code, message] of WRONG) {
    await refused(t, client, update, code, message, name);
  }
  const tables = [ID.exact, ID.lpm, ID.acl, ID.indirect];
  for (const tableId of tables) t.deepEqual(await readEntries(client, { tableId }), []);
});

test('Match Format: every kind, with "don’t care" left out', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  const matches = [
    [ternary(1, [10, 0, 0, 0], [0xff, 0, 0, 0]), range(2, [80], [0x01, 0xbb]), optional(3, 7)],
    [ternary(1, [0], [1])],
    [range(2, [0], [0xff, 0xfe])],
    [optional(3, 0)],
    [],
  ];
  await client.write(
    matches.map((match, index) =>
      insert(entry({ tableId: ID.acl, match, priority: index + 1, action: SET })),
    ),
  );
  const read = await readEntries(client, { tableId: ID.acl });
  t.deepEqual(
    read.map(({ match, priority }) => [priority, match]),
    matches.map((match, index) => [index + 1, match]),
  );
  // "The match and priority fields uniquely identify an entry."
  await client.write([insert(entry({ tableId: ID.acl, match: matches[1] ?? [], priority: 9, action: SET }))]);
  t.is((await readEntries(client, { tableId: ID.acl, match: matches[1] ?? [] })).length, 2);
  t.is((await readEntries(client, { tableId: ID.acl, match: matches[1] ?? [], priority: 9 })).length, 1);
  t.is((await readEntries(client, { tableId: ID.acl, priority: 5 })).length, 1);
});

test('TableEntry: RESOURCE_EXHAUSTED when the table is full', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  for (let n = 1; n <= 4; n++) {
    await client.write([insert(entry({ tableId: ID.lpm, match: [lpm(1, 8, n, 0, 0, 0)], action: SET }))]);
  }
  await refused(
    t,
    client,
    insert(entry({ tableId: ID.lpm, match: [lpm(1, 8, 9, 0, 0, 0)], action: SET })),
    Code.RESOURCE_EXHAUSTED,
    /full/,
  );
});

test('Default Entry: it is read, modified and reset', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  const initial = await readEntries(client, { tableId: ID.exact, isDefaultAction: true });
  t.like(initial[0], { isDefaultAction: true, action: call(ID.noAction), isConst: false });
  await client.write([
    modify(
      entry({
        tableId: ID.exact,
        isDefaultAction: true,
        action: call(ID.onlyDefault),
        metadata: bytes(1),
        counterData: { packetCount: 3n },
      }),
    ),
  ]);
  const [changed] = await readEntries(client, { tableId: ID.exact, isDefaultAction: true, counterData: {} });
  t.like(changed, { action: call(ID.onlyDefault), metadata: bytes(1) });
  t.is(changed?.counterData?.packetCount, 3n);
  await client.write([modify(entry({ tableId: ID.exact, isDefaultAction: true }))]);
  const [reset] = await readEntries(client, { tableId: ID.exact, isDefaultAction: true, counterData: {} });
  t.like(reset, { action: call(ID.noAction), metadata: bytes() });
  t.is(reset?.counterData?.packetCount, 0n);
  t.like((await readEntries(client, { tableId: ID.fixedDefault, isDefaultAction: true }))[0], {
    isConst: true,
  });
});

test('Constant and preinitialized tables: their entries are read, and say that they are const', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  const constant = await readEntries(client, { tableId: ID.constant });
  t.deepEqual(
    constant.map(({ match, isConst }) => [match, isConst]),
    [
      [[exact(1, 1)], true],
      [[exact(1, 2)], true],
    ],
  );
  t.deepEqual(
    (await readEntries(client, { tableId: ID.mixed })).map(({ isConst }) => isConst),
    [true, false],
  );
  await client.write([
    remove(entry({ tableId: ID.mixed, match: [exact(1, 2)] })),
    insert(entry({ tableId: ID.mixed, match: [exact(1, 3)], action: call(ID.drop) })),
  ]);
});

test('Wildcard Reads: by action, metadata and table', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  await client.write([
    insert(entry({ ...ENTRY, metadata: bytes(1) })),
    insert(entry({ ...ENTRY, match: [exact(1, 2), exact(2, 2)], action: call(ID.drop) })),
    insert(entry({ tableId: ID.lpm, match: [lpm(1, 8, 10, 0, 0, 0)], action: SET })),
  ]);
  t.is((await readEntries(client, { tableId: ID.exact, metadata: bytes(1) })).length, 1);
  t.is((await readEntries(client, { tableId: ID.exact, action: call(ID.drop) })).length, 1);
  // All tables, those of the program too: 3 of ours, 2 const, 2 preinitialized.
  t.is((await readEntries(client, {})).length, 7);
  t.is((await readEntries(client, { isDefaultAction: true })).length, 3);
  t.deepEqual(await readEntries(client, { tableId: ID.exact, match: [exact(1, 9), exact(2, 9)] }), []);
  await unreadable(t, client, entry({ priority: 4 }), Code.INVALID_ARGUMENT, /priority.*set table_id/);
  await unreadable(t, client, entry({ match: KEY }), Code.INVALID_ARGUMENT, /match.*set table_id/);
  await unreadable(t, client, entry({ tableId: 5 }), Code.INVALID_ARGUMENT, /table_id/);
  await unreadable(
    t,
    client,
    entry({ tableId: ID.lpm, timeSinceLastHit: {} }),
    Code.INVALID_ARGUMENT,
    /idle/,
  );
  await unreadable(
    t,
    client,
    entry({ tableId: ID.lpm, meterCounterData: {} }),
    Code.INVALID_ARGUMENT,
    /no direct meter/,
  );
});

test('Direct Resources: counters and meters with their entries', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  const meterConfig = { cir: 1n, cburst: 2n, pir: 3n, pburst: 4n, eburst: 0n };
  await client.write([
    insert(entry({ ...ENTRY, counterData: { packetCount: 1n, byteCount: 64n }, meterConfig })),
  ]);
  const wanted = { tableId: ID.exact, counterData: {}, meterConfig: {} };
  const [inserted] = await readEntries(client, wanted);
  t.deepEqual(inserted?.counterData, { packetCount: 1n, byteCount: 64n });
  t.deepEqual(inserted?.meterConfig, meterConfig);
  // "MODIFY: unset: the meter is reset, the counter is not changed."
  await client.write([modify(entry(ENTRY))]);
  const [modified] = await readEntries(client, wanted);
  t.deepEqual(modified?.counterData, { packetCount: 1n, byteCount: 64n });
  t.is(modified?.meterConfig, undefined);
});

test('Idle-timeout: time_since_last_hit is told when asked for', async (t) => {
  const { primary, device } = await serve(t);
  const client = await primary();
  await client.write([insert(entry(ENTRY))]);
  device.pass(5000);
  const [read] = await readEntries(client, { tableId: ID.exact, timeSinceLastHit: {} });
  const elapsed = Number(read?.timeSinceLastHit?.elapsedNs ?? 0n) / 1e9;
  t.true(elapsed >= 5 && elapsed < 10, String(elapsed));
});

test('Translation of Port Numbers, and of strings', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  const text = (value: string): FieldMatch => ({
    fieldId: 2,
    fieldMatchType: { $case: 'optional', value: { value: Buffer.from(value) } },
  });
  const written = [
    { match: [exact(1, 1), text('vrf-red')], action: call(ID.toPort, [2]) },
    // SDN_PORT_CPU
    { match: [exact(1, 0xff, 0xff, 0xff, 0xfd)], action: call(ID.toPort, [0xff, 0xff, 0xff, 0xfd]) },
    { match: [exact(1, 2), text('3')], action: call(ID.toPort, [1]) },
  ];
  await client.write(
    written.map((each, index) => insert(entry({ tableId: ID.translated, priority: index + 1, ...each }))),
  );
  const read = await readEntries(client, { tableId: ID.translated });
  t.deepEqual(
    read.map(({ match, action }) => ({
      match: match.map((each) => ({ ...each, fieldMatchType: normal(each) })),
      action,
    })),
    written.map(({ match, action }) => ({
      match: match.map((each) => ({ ...each, fieldMatchType: normal(each) })),
      action,
    })),
  );
  await refused(
    t,
    client,
    insert(
      entry({ tableId: ID.translated, priority: 1, match: [exact(1, 2, 0)], action: call(ID.toPort, [1]) }),
    ),
    Code.OUT_OF_RANGE,
    /'m\.port': 512 stands for no value/,
  );
});

function normal({ fieldMatchType }: FieldMatch) {
  return fieldMatchType?.$case === 'optional'
    ? Buffer.from(fieldMatchType.value.value).toString()
    : fieldMatchType;
}
