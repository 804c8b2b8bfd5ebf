/** Calls: overloads, named, optional and default arguments, directions, inference (specification §6.8, §7.2.9, §8.21). */

import test from 'ava';
import { errorsOf } from '../test-harness.ts';

const inControl = (declarations: string, statements: string) =>
  `${declarations}\ncontrol c(inout bit<8> x, in bit<8> y) { bit<16> w; apply {\n${statements}\n} }`;

test('overloads are told apart by number and names of arguments, never by type (§7.2.9.1)', (t) => {
  const declarations =
    'extern void f(in bit<8> a);\nextern void f(in bit<8> a, in bit<8> b);\nextern void f(in bit<8> c);';
  t.deepEqual(errorsOf(inControl(declarations, 'f(1, 2);')), []);
  t.deepEqual(errorsOf(inControl(declarations, 'f(a = 1);')), []);
  t.deepEqual(errorsOf(inControl(declarations, 'f(c = 1);')), []);
  t.deepEqual(errorsOf(inControl(declarations, 'f(1);')), ['5:P4351']);
  t.deepEqual(errorsOf(inControl(declarations, 'f();')), ['5:P4350']);
});

test('default values and optional parameters (§6.8.2, the example of the section)', (t) => {
  const declarations =
    'extern void h(in bit<32> a, in bool b = true);\nextern void g(in bit<8> a, @optional in bit<8> b);';
  t.deepEqual(
    errorsOf(inControl(declarations, 'h(10);\nh(a = 10);\nh(a = 10, b = true);\ng(1);\ng(1, 2);')),
    [],
  );
  t.deepEqual(errorsOf(inControl(declarations, 'h(b = true);')), ['4:P4356']);
});

test('in is read-only; out and inout need l-values of the same type (§6.8)', (t) => {
  const declarations = 'extern void get(out bit<8> a);\nextern void change(inout bit<8> a);';
  t.deepEqual(errorsOf(inControl(declarations, 'get(x);\nchange(x);\nget(_);\nget(w[7:0]);')), []);
  t.deepEqual(errorsOf(inControl(declarations, 'get(y);')), ['4:P4358']);
  t.deepEqual(errorsOf(inControl(declarations, 'change(x + 1);')), ['4:P4358']);
  t.deepEqual(errorsOf(inControl(declarations, 'get(w);')), ['4:P4359']);
  t.deepEqual(errorsOf(inControl('', 'y = 1;')), ['3:P4404']);
});

test('a parameter without direction takes a compile-time known value (§6.8)', (t) => {
  const declarations = 'const bit<8> K = 3;\nextern void f(bit<8> a);';
  t.deepEqual(errorsOf(inControl(declarations, 'f(1);\nf(K + 1);')), []);
  t.deepEqual(errorsOf(inControl(declarations, 'f(x);')), ['4:P4361']);
});

test('type arguments are inferred from arguments, or written (§7.2.11)', (t) => {
  const declarations = 'extern T same<T>(in T a, in T b);\nextern T make<T>();';
  t.deepEqual(
    errorsOf(
      inControl(
        declarations,
        'x = same(x, y);\nx = same<bit<8>>(x, 1);\nx = make<bit<8>>();\nx = same(x, 5);',
      ),
    ),
    [],
  );
  t.deepEqual(errorsOf(inControl(declarations, 'x = same(x, w);')), ['4:P4311']);
  t.deepEqual(errorsOf(inControl(declarations, 'x = make();')), ['4:P4362']);
  t.deepEqual(errorsOf(inControl(declarations, 'x = make<bit<8>, bit<8>>();')), ['4:P4309']);
});

test('a mistake in an argument is one message', (t) => {
  t.deepEqual(
    errorsOf(inControl('extern void f(in bit<8> a, in bit<8> b);', 'f(unknown, 1);\nx = unknown + 1;')),
    ['3:P4202', '4:P4202'],
  );
});

test('generic structs, headers and unions: the examples of §7.2.11', (t) => {
  const text = `
struct S<T> { T field; bool valid; }
struct G<T> { S<T> s; }
const S<bit<32>> s = { field = 32w0, valid = false };
const G<bit<32>> g = { s = { field = 0, valid = false } };
header H<T> { T field; }
const H<bit<8>> h = { field = 1 };
header_union HU<T> { H<bit<32>> h32; H<bit<8>> h8; H<T> ht; }
control c() { H<bit<8>>[10] stack; HU<bit> hu; apply { stack[0].field = 1; hu.ht.field = 1; } }
`;
  t.deepEqual(errorsOf(text), []);
});

test('calls by place: the table of the appendix on restrictions of calls', (t) => {
  const declarations = `#include <core.p4>
control inner() { apply { } }
parser sub() { state start { transition accept; } }
void function() { }
extern void external();
`;
  const control = (action: string, apply: string) =>
    `${declarations}control c() { action a() { ${action} } table t { actions = { a; } } inner() i; apply { ${apply} t.apply(); i.apply(); a(); } }`;
  t.deepEqual(errorsOf(control('function(); external();', 'function(); external(); inner.apply();')), []);
  t.deepEqual(
    errorsOf(`${declarations}control c() { inner() i; action a() { i.apply(); } apply { a(); } }`),
    ['6:P4570'],
  );
  t.deepEqual(errorsOf(`${declarations}control c() { apply { sub.apply(); } }`), ['6:P4570']);
  t.deepEqual(errorsOf(`${declarations}parser p() { state start { inner.apply(); transition accept; } }`), [
    '6:P4570',
  ]);
  t.deepEqual(
    errorsOf(
      `${declarations}parser p() { state start { sub.apply(); function(); external(); transition accept; } }`,
    ),
    [],
  );
});
