import test from 'ava';
import { decodeKey } from '../../../p4runtime/codec/index.ts';
import { WriteRequest } from '../../../p4runtime/gen/p4/v1/p4runtime.ts';
import { decodeIndependently } from '../../../p4runtime/independent-decoder.ts';
import { buildSchema } from '../../../p4runtime/schema/index.ts';
import { controlPlane, type Parts } from './test-harness.ts';

/** The entries of the only table as moor's own codec reads them, which is as strict as a server: key, priority, const. */
function entriesOf(parts: Parts) {
  const { p4info, entries } = controlPlane(parts);
  const table = buildSchema(p4info).tables.all[0];
  if (table === undefined) throw new Error('no table');
  return entries.updates.map(({ entity }) => {
    if (entity?.entity?.$case !== 'tableEntry') throw new Error('no table entry');
    const { match, priority, isConst } = entity.entity.value;
    return { key: decodeKey(table.name, table.fields, match), priority, isConst };
  });
}

test('a request that inserts each entry (P4Runtime Entries files)', (t) => {
  const { entries } = controlPlane({
    ingress: `action a(bit<9> port, bool x) { standard.egress_spec = port; if (x) { meta.a = 1; } }
      @id(1) table t { key = { meta.b : exact; } actions = { @tableonly a; NoAction; }
        const entries = { 0x800 : a(511, true); 16w7 : NoAction(); } }`,
    apply: 't.apply();',
  });
  const read = JSON.parse(
    JSON.stringify(decodeIndependently('p4.v1.WriteRequest', WriteRequest.encode(entries).finish())),
  );
  t.is(read.updates.length, 2);
  const { type, entity } = read.updates[0];
  t.is(type, '1');
  t.is(entity.table_entry.table_id, String(0x02000001));
  t.deepEqual(entity.table_entry.match, [{ field_id: '1', exact: { value: '0800' } }]);
  t.deepEqual(entity.table_entry.action.action.params, [
    { param_id: '1', value: '01ff' },
    { param_id: '2', value: '01' },
  ]);
  t.is(entity.table_entry.is_const, true);
  t.false('priority' in entity.table_entry);
});

test('every kind of match, and what matches everything left out (Match Format)', (t) => {
  t.deepEqual(
    entriesOf({
      top: 'const bit<8> SEVEN = 7; enum bit<8> code_t { five = 5 }',
      ingress: `table t { key = { meta.a : exact; meta.c : lpm; meta.b : ternary; meta.a : range @name("r"); meta.b : optional @name("o"); }
        actions = { NoAction; }
        const entries = {
          (SEVEN, 0x0a010203 &&& 0xff000000, 0x1234 &&& 0xff00, 1 .. 3, 9) : NoAction();
          (code_t.five, 0x0a010203, 0x1234, 2, _) : NoAction();
          (0, _, _, 0 .. 255, default) : NoAction();
          (1, 5 &&& 0, 5 &&& 0, _, _) : NoAction();
        } }`,
      apply: 't.apply();',
    }),
    [
      {
        key: [
          { kind: 'exact', value: 7n },
          { kind: 'lpm', value: 0x0a000000n, prefixLength: 8 },
          { kind: 'ternary', value: 0x1200n, mask: 0xff00n },
          { kind: 'range', low: 1n, high: 3n },
          { kind: 'optional', value: 9n },
        ],
        priority: 4,
        isConst: true,
      },
      {
        key: [
          { kind: 'exact', value: 5n },
          { kind: 'lpm', value: 0x0a010203n, prefixLength: 32 },
          { kind: 'ternary', value: 0x1234n, mask: 0xffffn },
          { kind: 'range', low: 2n, high: 2n },
          undefined,
        ],
        priority: 3,
        isConst: true,
      },
      {
        key: [{ kind: 'exact', value: 0n }, undefined, undefined, undefined, undefined],
        priority: 2,
        isConst: true,
      },
      {
        key: [{ kind: 'exact', value: 1n }, undefined, undefined, undefined, undefined],
        priority: 1,
        isConst: true,
      },
    ],
  );
});

// P4-16 specification §14.2.1.5: the next entry is one delta lower, or higher when the smallest wins.
test('priorities that the program writes, and those in between', (t) => {
  const priorities = (properties: string, entries: string) =>
    entriesOf({
      ingress: `table t { key = { meta.a : ternary; } actions = { NoAction; } ${properties} entries = { ${entries} } }`,
      apply: 't.apply();',
    }).map(({ key, priority, isConst }) => [
      key[0]?.kind === 'ternary' ? key[0].value : undefined,
      priority,
      isConst,
    ]);
  t.deepEqual(priorities('', '1 : NoAction(); const 2 : NoAction(); 3 : NoAction();'), [
    [1n, 3, false],
    [2n, 2, true],
    [3n, 1, false],
  ]);
  t.deepEqual(
    priorities(
      'priority_delta = 10;',
      'priority = 1000: 1 : NoAction(); 2 : NoAction(); priority = 5: 3 : NoAction();',
    ),
    [
      [1n, 1000, false],
      [2n, 990, false],
      [3n, 5, false],
    ],
  );
  t.deepEqual(
    priorities(
      'largest_priority_wins = false; priority_delta = 10;',
      'priority = 5: 1 : NoAction(); 2 : NoAction();',
    ),
    [
      [1n, 5, false],
      [2n, 15, false],
    ],
  );
});

test('entries see the constructor parameters of the block that they stand in', (t) => {
  t.deepEqual(
    entriesOf({
      blocks: `control C(inout metadata_t meta)(bit<8> value) {
        table t { key = { meta.a : exact; } actions = { NoAction; } const entries = { value : NoAction(); } }
        apply { t.apply(); } }`,
      ingress: 'C(42) c;',
      apply: 'c.apply(meta);',
    }),
    [{ key: [{ kind: 'exact', value: 42n }], priority: 0, isConst: true }],
  );
});
