/** Entries of one build's table in another's: each expected value was written down by hand from what the two P4Infos say. */

import test from 'ava';
import {
  ActionRef_Scope,
  Table_IdleTimeoutBehavior as Idle,
  MatchField_MatchType as Kind,
  P4Info,
} from '../../p4runtime/gen/p4/config/v1/p4info.ts';
import { TableEntry } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { buildSchema, type Schema } from '../../p4runtime/schema/index.ts';
import { translatorOf } from './translate-entries.ts';

type Field = readonly [id: number, name: string, width: number, kind?: Kind];
type Shape = {
  readonly table?: number;
  readonly fields: readonly Field[];
  readonly params?: readonly Field[];
  readonly action?: string;
  readonly idle?: Idle;
};

const PARAMS: readonly Field[] = [[1, 'server', 16]];

function schemaOf({
  table = 7,
  fields,
  params = PARAMS,
  action = 'set_server',
  idle = Idle.NOTIFY_CONTROL,
}: Shape): Schema {
  return buildSchema(
    P4Info.fromPartial({
      tables: [
        {
          preamble: { id: table, name: 'flows', alias: 'flows' },
          matchFields: fields.map(([id, name, bitwidth, kind = Kind.EXACT]) => ({
            id,
            name,
            bitwidth,
            match: { $case: 'matchType', value: kind },
          })),
          actionRefs: [{ id: 3 }, { id: 4, scope: ActionRef_Scope.DEFAULT_ONLY }],
          size: 10n,
          idleTimeoutBehavior: idle,
        },
      ],
      actions: [
        {
          preamble: { id: 3, name: action, alias: action },
          params: params.map(([id, name, bitwidth]) => ({ id, name, bitwidth })),
        },
        { preamble: { id: 4, name: 'NoAction', alias: 'NoAction' } },
      ],
    }),
  );
}

const BEFORE: readonly Field[] = [
  [1, 'source', 32],
  [2, 'port', 16],
];
const bytes = (...all: readonly number[]) => Uint8Array.from(all);
const exact = (fieldId: number, ...value: readonly number[]) => ({
  fieldId,
  fieldMatchType: { $case: 'exact' as const, value: { value: bytes(...value) } },
});
const setServer = (paramId: number, ...value: readonly number[]) => ({
  type: {
    $case: 'action' as const,
    value: { actionId: 3, params: [{ paramId, value: bytes(...value) }] },
  },
});
const FLOW = TableEntry.fromPartial({
  tableId: 7,
  match: [exact(1, 10, 0, 0, 1), exact(2, 80)],
  action: setServer(1, 2),
  idleTimeoutNs: 30_000_000_000n,
});

/** The flow in the table of another shape. */
function translated(to: Shape, from: Shape = { fields: BEFORE }, entry = FLOW): TableEntry | undefined {
  const [table] = schemaOf(from).tables.all;
  if (table === undefined) throw new Error('there is one');
  return translatorOf(table, schemaOf(to))?.(entry);
}

test('alike: it is what it was', (t) => {
  t.deepEqual(translated({ fields: BEFORE }), FLOW);
});

test('other numbers of table, fields and parameters, another order and greater widths', (t) => {
  const fields: readonly Field[] = [
    [4, 'port', 24],
    [9, 'source', 128],
  ];
  t.deepEqual(
    translated({ table: 8, fields, params: [[2, 'server', 32]] }),
    TableEntry.fromPartial({
      ...FLOW,
      tableId: 8,
      match: [exact(4, 80), exact(9, 10, 0, 0, 1)],
      action: setServer(2, 2),
    }),
  );
});

test('a key that was exact, in every other kind; and what may be left out is', (t) => {
  const fields: readonly Field[] = [
    [1, 'source', 36, Kind.TERNARY],
    [2, 'port', 16, Kind.RANGE],
    [3, 'zone', 8, Kind.OPTIONAL],
  ];
  const found = translated({ fields, idle: Idle.NO_TIMEOUT });
  t.deepEqual(found?.match, [
    {
      fieldId: 1,
      fieldMatchType: {
        $case: 'ternary',
        value: { value: bytes(10, 0, 0, 1), mask: bytes(0x0f, 0xff, 0xff, 0xff, 0xff) },
      },
    },
    { fieldId: 2, fieldMatchType: { $case: 'range', value: { low: bytes(80), high: bytes(80) } } },
  ]);
  t.like(found, { priority: 1, idleTimeoutNs: 0n });
  const prefix: readonly Field[] = [
    [1, 'source', 32, Kind.LPM],
    [2, 'port', 16],
  ];
  t.deepEqual(translated({ fields: prefix })?.match[0], {
    fieldId: 1,
    fieldMatchType: { $case: 'lpm', value: { value: bytes(10, 0, 0, 1), prefixLen: 32 } },
  });
});

test('what has no place is left', (t) => {
  const more: Field = [3, 'zone', 8];
  t.is(translated({ fields: [...BEFORE, more] }), undefined, 'nobody knows the zone');
  t.is(translated({ fields: BEFORE.slice(0, 1) }), undefined, 'two ports would be one flow');
  t.is(translated({ fields: BEFORE, action: 'set_place' }), undefined);
  t.is(translated({ fields: BEFORE, params: [...PARAMS, more] }), undefined, 'nobody knows the zone');
  t.is(translated({ fields: BEFORE, params: [[1, 'server', 1]] }), undefined, '2 does not fit into a bit');
  const narrow: readonly Field[] = [
    [1, 'source', 24],
    [2, 'port', 16],
  ];
  t.is(translated({ fields: narrow }), undefined, '10.0.0.1 does not fit into 24 bits');
  const small = TableEntry.fromPartial({ ...FLOW, match: [exact(1, 0, 0, 1), exact(2, 80)] });
  t.deepEqual(translated({ fields: narrow }, { fields: BEFORE }, small), small);
});

test('ternary: alike only, and a field that is gone matters only to entries that ask for it', (t) => {
  const before: readonly Field[] = [
    [1, 'source', 32],
    [2, 'port', 16, Kind.TERNARY],
  ];
  const entry = TableEntry.fromPartial({ ...FLOW, match: [exact(1, 10)], priority: 5 });
  t.deepEqual(translated({ fields: before }, { fields: before }, entry), entry);
  t.is(translated({ fields: BEFORE }, { fields: before }, entry), undefined, 'which port would it be?');
  t.deepEqual(
    translated({ fields: before.slice(0, 1) }, { fields: before }, entry),
    TableEntry.fromPartial({ ...entry, priority: 0 }),
  );
});
