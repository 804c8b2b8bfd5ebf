/** Tables, conditions and what follows them, as the switch goes through them. */

import test from 'ava';
import { SwitchModel } from './switch-model.ts';
import { compile, named, node, nodes, programWith } from './test-harness.ts';

const METADATA = 'bit<8> a; bit<8> b; bit<8> log;';

const TABLE = `
  action mark() { meta.log = meta.log * 2 + 1; }
  table t { key = { meta.a : exact; } actions = { mark; NoAction; } default_action = mark(); }`;

/** Runs ingress, all tables missing; gives meta.log. */
function logOf(ingress: string, apply: string, a = 0n): bigint {
  const model = new SwitchModel(compile(programWith({ metadata: METADATA, ingress, apply })));
  model.set('scalars.userMetadata.a', a);
  model.run();
  return model.get('scalars.userMetadata.log');
}

test('a table applied at several places goes on behind each of them', (t) => {
  const apply = `
    if (meta.a == 0) { t.apply(); meta.log = meta.log + 10; }
    else { t.apply(); meta.log = meta.log + 20; t.apply(); meta.log = meta.log + 30; }`;
  t.is(logOf(TABLE, apply, 0n), 11n);
  // 1, 21, 43, 73
  t.is(logOf(TABLE, apply, 1n), 73n);
});

test('hit at one place and no outcome at another can be had', (t) => {
  const apply = `
    if (meta.a == 0) { if (t.apply().miss) { meta.log = meta.log + 100; } }
    else { t.apply(); }
    meta.log = meta.log + 1;`;
  t.is(logOf(TABLE, apply, 0n), 102n);
  t.is(logOf(TABLE, apply, 1n), 2n);
});

test('action_run leads where the action that ran says; others to default or on', (t) => {
  const apply = `
    switch (t.apply().action_run) { NoAction: { meta.log = 99; } default: { meta.log = meta.log + 4; } }
    meta.log = meta.log + 1;`;
  t.is(logOf(TABLE, apply), 6n);
});

test('a loop in the control is an edge back', (t) => {
  const apply = 'for (bit<8> i = 0; i < meta.a; i = i + 1) { meta.log = meta.log * 2 + 1; }';
  t.is(logOf('', apply, 3n), 7n);
  t.is(logOf('', apply, 0n), 0n);
});

test('a loop in an action jumps back, and out', (t) => {
  const ingress = `action count() {
    for (bit<8> i = 0; i < 200; i = i + 1) {
      if (i == meta.a) { break; }
      if (i == 1) { continue; }
      meta.log = meta.log + 1;
    }
  }
  table c { actions = { count; } default_action = count(); }`;
  t.is(logOf(ingress, 'c.apply();', 5n), 4n);
});

test('exit ends the pipeline and nothing behind it runs', (t) => {
  const json = compile(
    programWith({ metadata: METADATA, apply: 'meta.log = 1; if (meta.a == 1) { exit; } meta.log = 2;' }),
  );
  const ops = nodes(json['actions']).flatMap((action) => nodes(action['primitives']).map((one) => one['op']));
  t.true(ops.includes('exit'));
});

test('keys that are computed are put into fields right before the table', (t) => {
  const ingress =
    'table t { key = { meta.a[3:0] : exact @name("low"); meta.a + 1 : exact @name("next"); } actions = { NoAction; } }';
  const json = compile(programWith({ metadata: METADATA, ingress, apply: 'meta.a = 0x17; t.apply();' }));
  const table = named(named(json['pipelines'], 'ingress')['tables'], 'I.t');
  const model = new SwitchModel(json);
  model.run();
  const keys = nodes(table['key']).map((key) => {
    const target = key['target'];
    if (!Array.isArray(target)) throw new Error('a key has a target');
    return [key['name'], model.get(target.map(String).join('.'))];
  });
  t.deepEqual(keys, [
    ['low', 7n],
    ['next', 0x18n],
  ]);
});

test('priorities: the smallest number wins in the switch, whatever wins in the program (specification §14.2.1.4)', (t) => {
  const entries = (properties: string, list: string) => {
    const ingress = `table t { key = { meta.a : ternary; } actions = { NoAction; } ${properties} entries = { ${list} } }`;
    const json = compile(programWith({ metadata: METADATA, ingress, apply: 't.apply();' }));
    const table = named(named(json['pipelines'], 'ingress')['tables'], 'I.t');
    return nodes(table['entries']).map((entry) => entry['priority']);
  };
  const list = 'priority=10: 1 : NoAction(); 2 &&& 0xf : NoAction(); priority=30: _ : NoAction();';
  // Largest first: 30, then 10, then 10 - 1 = 9.
  t.deepEqual(entries('', list), [2, 3, 1]);
  // Smallest first, in steps of 5: 10, 15, 30.
  t.deepEqual(entries('largest_priority_wins = false; priority_delta = 5;', list), [1, 2, 3]);
});

test('a default action of a table with an action profile is run behind a miss', (t) => {
  const ingress = `action_profile(16) shared_actions;
    action mark(bit<8> value) { meta.log = value; }
    table t { key = { meta.a : exact; } actions = { mark; NoAction; } default_action = mark(9); implementation = shared_actions; }`;
  const json = compile(programWith({ metadata: METADATA, ingress, apply: 't.apply(); meta.b = 1;' }));
  const tables = named(json['pipelines'], 'ingress')['tables'];
  const table = named(tables, 'I.t');
  t.is(table['type'], 'indirect');
  t.false('default_entry' in table);
  const miss = String(node(table['next_tables'])['__MISS__']);
  t.deepEqual(node(named(tables, miss)['default_entry'])['action_data'], ['0x09']);
});

test('names of our own tables end in what no name of a program does', (t) => {
  const json = compile(
    programWith({ metadata: METADATA, ingress: TABLE, apply: 'meta.a = 1; t.apply(); t.apply();' }),
  );
  const names = nodes(named(json['pipelines'], 'ingress')['tables']).map((table) => String(table['name']));
  t.deepEqual(
    names.filter((name) => !/\$\d+$/.test(name)),
    ['I.t'],
  );
});
