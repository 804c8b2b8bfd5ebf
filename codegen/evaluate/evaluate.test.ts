/** Control-plane names: the examples of specification §18.3, and what P4Info expects of blocks in packages. */

import test from 'ava';
import { compileText } from '../test-harness.ts';
import type { BlockInstance, PackageInstance } from './index.ts';

function mainOf(text: string): PackageInstance {
  const { evaluated, diagnostics } = compileText(text);
  const errors = diagnostics
    .filter((one) => one.severity === 'error')
    .map((one) => `${one.code} ${one.message}`);
  if (evaluated === undefined || errors.length > 0) throw new Error(errors.join('; '));
  return evaluated.main;
}

/** All names of tables, actions, value sets and externs below a block. */
function namesIn(block: BlockInstance): readonly string[] {
  return [
    ...block.tables.map((table) => table.name.controlPlane),
    ...block.actions.map((action) => action.name.controlPlane),
    ...block.valueSets.map((valueSet) => valueSet.name.controlPlane),
    ...[...block.members.values()].flatMap((member) =>
      member.kind === 'parser' || member.kind === 'control' ? namesIn(member) : [member.name.controlPlane],
    ),
  ];
}

function names(main: PackageInstance): readonly string[] {
  return [...main.arguments.values()].flatMap((value) =>
    value.kind === 'control' || value.kind === 'parser' ? namesIn(value) : [],
  );
}

test('two instances of one control: each has its table (§18.3.1.5, the figure)', (t) => {
  const main = mainOf(`#include <core.p4>
control Callee() { table t { actions = { NoAction; } } apply { t.apply(); } }
control Caller() { Callee() c1; Callee() c2; apply { c1.apply(); c2.apply(); } }
control Simple();
package Top(Simple s);
Top(Caller()) main;`);
  t.deepEqual(names(main), ['Caller.c1.t', 'Caller.c2.t']);
});

test('an extern made in an argument is named after the parameter (§18.3.1.5)', (t) => {
  const main = mainOf(`extern E { E(); void run(); }
control C()(E e_in) { apply { e_in.run(); } }
control Outer() { C(E()) c_inst; apply { c_inst.apply(); } }
control Simple();
package Top(Simple s);
Top(Outer()) main;`);
  const outer = main.arguments.get('s');
  const inner =
    outer?.kind === 'control'
      ? [...outer.members.values()].find((member) => member.kind === 'control')
      : undefined;
  const [argument] = inner?.kind === 'control' ? [...inner.constructorArguments.values()] : [];
  t.is(argument?.kind === 'extern' ? argument.name.controlPlane : undefined, 'Outer.c_inst.e_in');
});

test('@name replaces the local name, and the whole name when it begins with a dot; @hidden hides (§18.3.2)', (t) => {
  const main = mainOf(`#include <core.p4>
control c(inout bit<8> x) {
    @name("renamed") table a { actions = { NoAction; } }
    @name(".global.name") table b { actions = { NoAction; } }
    @hidden table d { actions = { NoAction; } }
    apply { a.apply(); b.apply(); d.apply(); }
}
control C(inout bit<8> x);
package Top(C c);
Top(c()) main;`);
  t.deepEqual(names(main), ['c.renamed', 'global.name', 'c.d']);
  const block = main.arguments.get('c');
  t.deepEqual(block?.kind === 'control' ? block.tables.map((table) => table.name.hidden) : [], [
    false,
    false,
    true,
  ]);
});

test('names of keys (§18.3.1.3, the table; validity as P4Runtime control planes expect)', (t) => {
  const main = mainOf(`#include <core.p4>
header h_t { bit<32> src; bit<8> f1; }
struct s_t { h_t h; h_t[4] header_stack; }
control c(inout s_t data, in bit<8> f1) {
    table t {
        key = {
            data.h.isValid() : exact;
            data.header_stack[1].src : exact;
            data.h.f1 : exact;
            f1[3:0] : exact;
            data.h.src & 0xFFFF : exact;
            data.h.f1 + 1 : exact @name("f1_plus");
        }
        actions = { NoAction; }
    }
    apply { t.apply(); }
}
control C(inout s_t data, in bit<8> f1);
package Top(C c);
Top(c()) main;`);
  const block = main.arguments.get('c');
  const keys = block?.kind === 'control' ? block.tables[0]?.keys.map((key) => key.name) : undefined;
  t.deepEqual(keys, [
    'data.h.$valid$',
    'data.header_stack[1].src',
    'data.h.f1',
    'f1[3:0]',
    'data.h.src & 0xffff',
    'f1_plus',
  ]);
});

test('a control applied on its type is an instance named after it (§15.1)', (t) => {
  const main = mainOf(`#include <core.p4>
control Inner() { @hidden table t { actions = { NoAction; } } apply { t.apply(); } }
control Outer() { apply { Inner.apply(); Inner.apply(); } }
control Simple();
package Top(Simple s);
Top(Outer()) main;`);
  t.deepEqual(names(main), ['Outer.Inner.t', 'Outer.Inner.t']);
  const outer = main.arguments.get('s');
  const inner = outer?.kind === 'control' ? [...outer.members.values()] : [];
  t.is(inner.length, 2);
  t.not(inner[0], inner[1], 'each application is an instance of its own');
});

test('constructor parameters become values: sizes of tables', (t) => {
  const main = mainOf(`#include <core.p4>
control Sized(in bit<8> x)(bit<32> entries) {
    table t { key = { x : exact; } actions = { NoAction; } size = entries * 2; }
    apply { t.apply(); }
}
control Outer(in bit<8> x) { Sized(100) small; Sized(1000) large; apply { small.apply(x); large.apply(x); } }
control C(in bit<8> x);
package Top(C c);
Top(Outer()) main;`);
  const outer = main.arguments.get('c');
  const sizes =
    outer?.kind === 'control'
      ? [...outer.members.values()].map((member) => {
          const size = member.kind === 'control' ? member.tables[0]?.size : undefined;
          return size;
        })
      : [];
  t.deepEqual(sizes, [200n, 2000n]);
});

test('the default action with its arguments, NoAction where none is written (§14.2.1.4)', (t) => {
  const main = mainOf(`#include <core.p4>
control c(inout bit<8> x) {
    action set(bit<8> value) { x = value; }
    table written { actions = { set; } default_action = (set(7)); }
    table silent { actions = { set; NoAction; } }
    apply { written.apply(); silent.apply(); }
}
control C(inout bit<8> x);
package Top(C c);
Top(c()) main;`);
  const block = main.arguments.get('c');
  const [written, silent] = block?.kind === 'control' ? block.tables.map((table) => table.defaultAction) : [];
  t.is(written?.action.name.controlPlane, 'c.set');
  t.deepEqual([...(written?.arguments.values() ?? [])], [{ kind: 'integer', value: 7n }]);
  t.is(silent?.action.name.controlPlane, 'NoAction');
  t.is(silent?.property, undefined);
});

test('an instance stands in the program where its names say, whatever annotations rename', (t) => {
  const main = mainOf(`#include <core.p4>
control Inner() { @name("other") table t { actions = { NoAction; } } apply { t.apply(); } }
control Outer() { @name("renamed") Inner() inner; apply { inner.apply(); } }
control Simple();
package Top(Simple s);
Top(Outer()) main;`);
  const outer = main.arguments.get('s');
  const [inner] = outer?.kind === 'control' ? [...outer.members.values()] : [];
  const name = inner?.kind === 'control' ? inner.tables[0]?.name : undefined;
  t.is(name?.controlPlane, 'Outer.renamed.other');
  t.is(name?.path, 'Outer.inner.t');
});

test('abstract methods and instances beside them belong to the extern (§11.3.1)', (t) => {
  const main = mainOf(`extern Helper { Helper(); }
extern Balancer { Balancer(); abstract bit<4> on_new(in bit<32> key); }
control c(inout bit<8> x) {
    Balancer() balancer = {
        Helper() helper;
        bit<4> on_new(in bit<32> key) { return key[3:0]; }
    };
    apply { }
}
control C(inout bit<8> x);
package Top(C c);
Top(c()) main;`);
  const block = main.arguments.get('c');
  const [extern] = block?.kind === 'control' ? [...block.members.values()] : [];
  t.deepEqual(extern?.kind === 'extern' ? [...extern.methods.keys()] : undefined, ['on_new']);
  const [helper] = extern?.kind === 'extern' ? [...extern.members.values()] : [];
  t.is(helper?.name.controlPlane, 'c.balancer.helper');
});
