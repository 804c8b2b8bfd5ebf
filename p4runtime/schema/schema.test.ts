import test from 'ava';
import fc from 'fast-check';
import { EntityError } from '../errors.ts';
import { Code } from '../gen/google/rpc/code.ts';
import {
  ActionRef_Scope,
  MatchField_MatchType,
  P4Info,
  Table_IdleTimeoutBehavior,
} from '../gen/p4/config/v1/p4info.ts';
import { buildSchema } from './schema.ts';

type Partial = Parameters<typeof P4Info.fromPartial>[0];

const ACTIONS: NonNullable<Partial['actions']> = [
  {
    preamble: { id: 0x01000001, name: 'ingress.forward', alias: 'forward' },
    params: [{ id: 1, name: 'port', bitwidth: 9, typeName: { name: 'port_t' } }],
  },
  { preamble: { id: 0x01000002, name: 'ingress.drop', alias: 'drop' } },
];

const WHOLE: Partial = {
  tables: [
    {
      preamble: { id: 0x02000001, name: 'ingress.routes', alias: 'routes' },
      matchFields: [
        { id: 1, name: 'dst', bitwidth: 32, match: { $case: 'matchType', value: MatchField_MatchType.LPM } },
        {
          id: 2,
          name: 'name',
          typeName: { name: 'name_t' },
          match: { $case: 'matchType', value: MatchField_MatchType.OPTIONAL },
        },
      ],
      actionRefs: [{ id: 0x01000001, scope: ActionRef_Scope.TABLE_ONLY }, { id: 0x01000002 }],
      constDefaultActionId: 0x01000002,
      implementationId: 0x11000001,
      directResourceIds: [0x13000001],
      size: 1024n,
      idleTimeoutBehavior: Table_IdleTimeoutBehavior.NOTIFY_CONTROL,
    },
  ],
  actions: ACTIONS,
  actionProfiles: [{ preamble: { id: 0x11000001, name: 'ingress.ap' }, withSelector: true, size: 8n }],
  directCounters: [{ preamble: { id: 0x13000001, name: 'ingress.c' }, directTableId: 0x02000001 }],
  digests: [
    {
      preamble: { id: 0x17000001, name: 'd' },
      typeSpec: { typeSpec: { $case: 'struct', value: { name: 'D' } } },
    },
  ],
  typeInfo: {
    structs: {
      D: {
        members: [{ name: 'p', typeSpec: { typeSpec: { $case: 'newType', value: { name: 'port_t' } } } }],
      },
    },
    newTypes: {
      port_t: {
        representation: { $case: 'translatedType', value: { sdnType: { $case: 'sdnBitwidth', value: 32 } } },
      },
      name_t: {
        representation: { $case: 'translatedType', value: { sdnType: { $case: 'sdnString', value: {} } } },
      },
    },
  },
};

test('everything is found by name, alias and id, with references resolved', (t) => {
  const schema = buildSchema(P4Info.fromPartial(WHOLE));
  const table = schema.tables.get('routes');
  t.is(schema.tables.get('ingress.routes'), table);
  t.is(schema.tables.get(0x02000001), table);
  t.is(schema.tables.find('nothing'), undefined);
  t.deepEqual(
    table.actions.map(({ action, inEntries, asDefault }) => [action.name, inEntries, asDefault]),
    [
      ['ingress.forward', true, false],
      ['ingress.drop', true, true],
    ],
  );
  t.is(table.constDefaultAction, schema.actions.get('drop'));
  t.is(table.implementation, schema.actionProfiles.get('ingress.ap'));
  t.is(table.directCounter, schema.directCounters.get(0x13000001));
  t.is(table.directMeter, undefined);
  t.true(table.hasPriority);
  t.true(table.idleTimeout);
  t.deepEqual(
    table.fields.map(({ name, matchKind, type }) => [name, matchKind, type]),
    [
      ['dst', 'lpm', { kind: 'bit', width: 32 }],
      ['name', 'optional', { kind: 'string' }],
    ],
  );
  // A translated type is what it is translated to.
  t.deepEqual(schema.digests.get('d').type, {
    kind: 'struct',
    name: 'D',
    fields: [{ name: 'p', type: { kind: 'bit', width: 32 } }],
  });
});

test('a type that P4Runtime cannot carry is no reason to refuse the whole', (t) => {
  const params = [{ id: 1, name: 'color', typeName: { name: 'color_t' } }];
  const schema = buildSchema(P4Info.fromPartial({ actions: [{ preamble: { id: 1, name: 'a' }, params }] }));
  t.deepEqual(schema.actions.get('a').parameters, [
    { id: 1, name: 'color', type: { kind: 'unsupported' }, format: undefined },
  ]);
});

test('a wrong name says what may have been meant', (t) => {
  const schema = buildSchema(P4Info.fromPartial(WHOLE));
  const error = t.throws(() => schema.tables.get('ingress.route'), { instanceOf: EntityError });
  t.is(error.code, Code.NOT_FOUND);
  t.is(error.message, "no table 'ingress.route'; did you mean 'ingress.routes'?");
  t.is(
    t.throws(() => schema.tables.get('egress.routes')).message,
    "no table 'egress.routes'; did you mean 'ingress.routes'?",
  );
  t.is(
    t.throws(() => schema.actions.get('xyzzy')).message,
    "no action 'xyzzy'; there are: forward, drop, ingress.forward, ingress.drop",
  );
  t.is(t.throws(() => schema.counters.get('c')).message, "no counter 'c'; there is none at all");
  t.is(t.throws(() => schema.tables.get(5)).message, 'no table has the id 5 (0x00000005)');
});

const CONTRADICTIONS: readonly (readonly [string, Partial, RegExp])[] = [
  [
    'two things with one id',
    { ...WHOLE, meters: [{ preamble: { id: 0x02000001, name: 'm' } }] },
    /same id 33554433/,
  ],
  [
    'two tables with one name',
    { tables: [{ preamble: { id: 1, name: 'a' } }, { preamble: { id: 2, name: 'a' } }] },
    /two of table 'a'/,
  ],
  ['no id', { tables: [{ preamble: { name: 'a' } }] }, /table 'a' has no id/],
  [
    'an action of none',
    { tables: [{ preamble: { id: 1, name: 'a' }, actionRefs: [{ id: 7 }] }] },
    /the id 7/,
  ],
  [
    'a resource of none',
    { tables: [{ preamble: { id: 1, name: 'a' }, directResourceIds: [7] }] },
    /the id 7/,
  ],
  [
    'two parameters with one id',
    {
      actions: [
        {
          preamble: { id: 1, name: 'a' },
          params: [
            { id: 1, bitwidth: 1 },
            { id: 1, bitwidth: 1 },
          ],
        },
      ],
    },
    /not unique/,
  ],
  [
    'a type of none',
    {
      digests: [
        { preamble: { id: 1, name: 'd' }, typeSpec: { typeSpec: { $case: 'struct', value: { name: 'X' } } } },
      ],
    },
    /no struct 'X'/,
  ],
  [
    'a type that contains itself',
    {
      digests: [
        { preamble: { id: 1, name: 'd' }, typeSpec: { typeSpec: { $case: 'struct', value: { name: 'X' } } } },
      ],
      typeInfo: {
        structs: {
          X: { members: [{ name: 'x', typeSpec: { typeSpec: { $case: 'struct', value: { name: 'X' } } } }] },
        },
      },
    },
    /contains itself/,
  ],
];

const WIDTHS: readonly (readonly [string, number])[] = [
  ['negative', -1],
  ['wider than any program', 1 << 30],
];

for (const [what, bitwidth] of WIDTHS) {
  test(`a width that no type has is refused: ${what}`, (t) => {
    const params = [{ id: 1, name: 'p', bitwidth }];
    const p4info = P4Info.fromPartial({ actions: [{ preamble: { id: 1, name: 'a' }, params }] });
    t.throws(() => buildSchema(p4info), { instanceOf: EntityError, message: /bits wide/ });
    const typeSpec = {
      typeSpec: { $case: 'bitstring', value: { typeSpec: { $case: 'bit', value: { bitwidth } } } },
    } as const;
    const digest = P4Info.fromPartial({ digests: [{ preamble: { id: 1, name: 'd' }, typeSpec }] });
    t.throws(() => buildSchema(digest), { instanceOf: EntityError, message: /bits wide/ });
  });
}

test('any bytes are a P4Info that can be indexed, or an error', (t) => {
  const whole = P4Info.encode(P4Info.fromPartial(WHOLE)).finish();
  const broken = fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, byte]) => {
    const bytes = Uint8Array.from(whole);
    bytes[at] = byte;
    return bytes;
  });
  fc.assert(
    fc.property(broken, (bytes) => {
      let p4info: P4Info;
      try {
        p4info = P4Info.decode(bytes);
      } catch {
        return;
      }
      try {
        buildSchema(p4info);
      } catch (error) {
        if (!(error instanceof EntityError)) throw error;
      }
    }),
  );
  t.pass();
});

for (const [what, p4info, message] of CONTRADICTIONS) {
  test(`a P4Info that contradicts itself is refused: ${what}`, (t) => {
    const error = t.throws(() => buildSchema(P4Info.fromPartial(p4info)), {
      instanceOf: EntityError,
      message,
    });
    t.is(error.code, Code.INVALID_ARGUMENT);
  });
}

test('the end of a name is enough where it is of one alone', (t) => {
  const profile = (id: number, name: string, alias: string) => ({ preamble: { id, name, alias } });
  const { actionProfiles } = buildSchema(
    P4Info.fromPartial({
      actionProfiles: [
        profile(0x11000001, 'ingress.pipeline.sessions.members', 'sessions.members'),
        profile(0x11000002, 'ingress.pipeline.media.members', 'media.members'),
        profile(0x11000003, 'members.spare', 'spare'),
      ],
    }),
  );
  t.is(actionProfiles.get('pipeline.sessions.members').id, 0x11000001);
  t.is(actionProfiles.get('sessions.members').id, 0x11000001);
  t.is(actionProfiles.find('members'), undefined);
  // Parts of names are whole.
  t.is(actionProfiles.find('essions.members'), undefined);
  const problem = t.throws(() => actionProfiles.get('members'), { instanceOf: EntityError });
  t.is(problem?.code, Code.INVALID_ARGUMENT);
  t.is(
    problem?.message,
    "several action profiles end in 'members': ingress.pipeline.sessions.members, ingress.pipeline.media.members; write more of the name",
  );
});
