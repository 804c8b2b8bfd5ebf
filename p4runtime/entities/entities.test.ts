import test from 'ava';
import { EntityError } from '../errors.ts';
import { Code } from '../gen/google/rpc/code.ts';
import { ActionRef_Scope, MatchField_MatchType, P4Info } from '../gen/p4/config/v1/p4info.ts';
import { Entity } from '../gen/p4/v1/p4runtime.ts';
import { decodeIndependently } from '../independent-decoder.ts';
import { buildSchema } from '../schema/index.ts';
import {
  decodePacketIn,
  decodeTableEntry,
  encodeDefaultEntry,
  encodeDigestEntry,
  encodeGroup,
  encodePacketOut,
  encodeTableEntry,
  encodeTableRead,
  encodeValueSet,
  insert,
  modify,
  remove,
} from './index.ts';

const EXACT = { $case: 'matchType', value: MatchField_MatchType.EXACT } as const;

const schema = buildSchema(
  P4Info.fromPartial({
    tables: [
      {
        preamble: { id: 0x02000001, name: 'i.t', alias: 't' },
        matchFields: [{ id: 1, name: 'a', bitwidth: 8, match: EXACT }],
        actionRefs: [
          { id: 0x01000001, scope: ActionRef_Scope.TABLE_ONLY },
          { id: 0x01000002, scope: ActionRef_Scope.DEFAULT_ONLY },
        ],
      },
      {
        preamble: { id: 0x02000002, name: 'i.u', alias: 'u' },
        matchFields: [{ id: 1, name: 'a', bitwidth: 8, match: EXACT }],
        actionRefs: [{ id: 0x01000001 }],
        implementationId: 0x11000001,
      },
    ],
    actions: [
      {
        preamble: { id: 0x01000001, name: 'i.go', alias: 'go' },
        params: [{ id: 1, name: 'port', bitwidth: 9 }],
      },
      { preamble: { id: 0x01000002, name: 'i.stop', alias: 'stop' } },
    ],
    actionProfiles: [{ preamble: { id: 0x11000001, name: 'i.ap' }, tableIds: [0x02000002] }],
    digests: [
      {
        preamble: { id: 0x17000001, name: 'd' },
        typeSpec: {
          typeSpec: {
            $case: 'bitstring',
            value: { typeSpec: { $case: 'bit', value: { bitwidth: 8 } } },
          },
        },
      },
    ],
    valueSets: [
      { preamble: { id: 0x03000001, name: 'v' }, match: [{ id: 1, bitwidth: 8, match: EXACT }], size: 1 },
    ],
    controllerPacketMetadata: [
      { preamble: { id: 0x04000001, name: 'packet_out' }, metadata: [{ id: 1, name: 'port', bitwidth: 9 }] },
    ],
  }),
);
const t1 = schema.tables.get('t');
const t2 = schema.tables.get('u');

function plain(entity: Entity) {
  return decodeIndependently('p4.v1.Entity', Entity.encode(entity).finish());
}

test('default entries and wildcard reads have neither match nor action', (t) => {
  t.deepEqual(plain(encodeDefaultEntry(t1, { name: 'stop' })), {
    table_entry: {
      table_id: '33554433',
      is_default_action: true,
      action: { action: { action_id: '16777218' } },
    },
  });
  t.deepEqual(plain(encodeDefaultEntry(t1)), {
    table_entry: { table_id: '33554433', is_default_action: true },
  });
  // What to ask for is set, with default values.
  t.deepEqual(plain(encodeTableRead(t1, { counter: true, meter: true, sinceLastHit: true })), {
    table_entry: { table_id: '33554433', counter_data: {}, meter_config: {}, time_since_last_hit: {} },
  });
  t.deepEqual(decodeTableEntry(t1, encodeDefaultEntry(t1, { name: 'stop' })), {
    key: {},
    isDefault: true,
    isConst: false,
    action: { name: 'stop', params: {} },
  });
});

test('updates say what to do', (t) => {
  const entity = encodeTableRead(t1);
  t.deepEqual(
    [insert(entity), modify(entity), remove(entity)].map(({ type }) => type),
    [1, 2, 3],
  );
});

// Codes from the specification, "TableEntry" and "Action Specification".
const REFUSED: readonly (readonly [string, () => unknown, keyof typeof Code, RegExp])[] = [
  [
    'an action for defaults only',
    () => encodeTableEntry(t1, { key: { a: 1 }, action: { name: 'stop' } }),
    'PERMISSION_DENIED',
    /default action only/,
  ],
  [
    'an action for entries only',
    () => encodeDefaultEntry(t1, { name: 'go', params: { port: 1 } }),
    'PERMISSION_DENIED',
    /in entries only/,
  ],
  [
    'no such action',
    () => encodeTableEntry(t1, { key: { a: 1 }, action: { name: 'g' } }),
    'NOT_FOUND',
    /did you mean 'go'/,
  ],
  [
    'a parameter is missing',
    () => encodeTableEntry(t1, { key: { a: 1 }, action: { name: 'go' } }),
    'INVALID_ARGUMENT',
    /'port' is missing/,
  ],
  [
    'no such parameter',
    () => encodeTableEntry(t1, { key: { a: 1 }, action: { name: 'go', params: { prt: 1 } } }),
    'INVALID_ARGUMENT',
    /did you mean 'port'/,
  ],
  [
    'a parameter that is too large',
    () => encodeTableEntry(t1, { key: { a: 1 }, action: { name: 'go', params: { port: 512 } } }),
    'OUT_OF_RANGE',
    /512/,
  ],
  ['a key is missing', () => encodeTableEntry(t1, {}), 'INVALID_ARGUMENT', /takes a value/],
  ['no such key', () => encodeTableEntry(t1, { key: { a: 1, b: 2 } }), 'INVALID_ARGUMENT', /no field 'b'/],
  [
    'a priority',
    () => encodeTableEntry(t1, { key: { a: 1 }, priority: 1 }),
    'INVALID_ARGUMENT',
    /no priority/,
  ],
  [
    'an idle timeout',
    () => encodeTableEntry(t1, { key: { a: 1 }, idleTimeoutNs: 1n }),
    'INVALID_ARGUMENT',
    /no idle timeout/,
  ],
  [
    'a counter',
    () => encodeTableEntry(t1, { key: { a: 1 }, counter: { bytes: 0n, packets: 0n } }),
    'INVALID_ARGUMENT',
    /no direct counter/,
  ],
  [
    'a member',
    () => encodeTableEntry(t1, { key: { a: 1 }, action: { member: 1 } }),
    'INVALID_ARGUMENT',
    /no action profile/,
  ],
  [
    'an action beside a profile',
    () => encodeTableEntry(t2, { key: { a: 1 }, action: { name: 'go', params: { port: 1 } } }),
    'INVALID_ARGUMENT',
    /action profile 'i.ap'/,
  ],
  [
    'a group without selector',
    () => encodeTableEntry(t2, { key: { a: 1 }, action: { group: 1 } }),
    'INVALID_ARGUMENT',
    /has no groups/,
  ],
  [
    'groups without selector',
    () => encodeGroup(schema.actionProfiles.get('i.ap'), { group: 1, members: [] }),
    'INVALID_ARGUMENT',
    /has no groups/,
  ],
  [
    'too many members',
    () => encodeValueSet(schema.valueSets.get('v'), [{ value: 1 }, { value: 2 }]),
    'RESOURCE_EXHAUSTED',
    /at most 1/,
  ],
  [
    'a packet field is missing',
    () => encodePacketOut(schema.packetHeaders.get('packet_out'), new Uint8Array(), {}),
    'INVALID_ARGUMENT',
    /'port' is missing/,
  ],
  [
    'no such packet field',
    () => encodePacketOut(undefined, new Uint8Array(), { port: 1 }),
    'INVALID_ARGUMENT',
    /no field 'port'/,
  ],
  [
    'a packet without its fields',
    () => decodePacketIn(schema.packetHeaders.get('packet_out'), { payload: new Uint8Array(), metadata: [] }),
    'INVALID_ARGUMENT',
    /is missing/,
  ],
];

for (const [what, call, code, message] of REFUSED) {
  test(`refused: ${what}`, (t) => {
    const error = t.throws(call, { instanceOf: EntityError, message });
    t.is(error.code, Code[code]);
  });
}

test('an entry of another table, and what is no entry, is none of ours', (t) => {
  const entity = encodeTableEntry(t1, { key: { a: 1 }, action: { name: 'go', params: { port: 1 } } });
  t.is(decodeTableEntry(t2, entity), undefined);
  t.is(decodeTableEntry(t1, encodeDigestEntry(schema.digests.get('d'))), undefined);
});

test('an action that the table does not have is refused when it is read', (t) => {
  const entity: Entity = {
    entity: {
      $case: 'tableEntry',
      value: {
        ...tableEntryOf(encodeDefaultEntry(t1)),
        action: { type: { $case: 'action', value: { actionId: 5, params: [] } } },
      },
    },
  };
  t.throws(() => decodeTableEntry(t1, entity), { message: /no action with the id 5/ });
});

function tableEntryOf({ entity }: Entity) {
  if (entity?.$case !== 'tableEntry') throw new Error('no table entry');
  return entity.value;
}
