/** Each pass on the example of its comment: before and after, as printed. */

import test from 'ava';
import type { Program } from '../ir/index.ts';
import { printProgram } from '../ir/index.ts';
import { lowerProgram } from '../ir/lower/index.ts';
import { compileText } from '../test-harness.ts';
import {
  describePasses,
  moveStatementsToActions,
  type Pass,
  passContext,
  runPasses,
  SIMPLE_TARGET_PASSES,
} from './index.ts';

const HEAD = `#include <core.p4>
#include <v1model.p4>
header h_t { bit<8> a; bit<8> b; }
struct pair_t { bit<8> x; bit<8> y; }
struct headers_t { h_t h; h_t g; h_t[2] s; }
struct metadata_t { bit<8> x; bit<8> y; pair_t p; bit<4> n; }
`;

const TAIL = `control V(inout headers_t hdr, inout metadata_t m) { apply { } }
control E(inout headers_t hdr, inout metadata_t m, inout standard_metadata_t sm) { apply { } }
control D(packet_out b, in headers_t hdr) { apply { b.emit(hdr.h); } }
V1Switch(P(), V(), I(), E(), V(), D()) main;
`;

const PARSER = `parser P(packet_in b, out headers_t hdr, inout metadata_t m, inout standard_metadata_t sm) {
  state start { b.extract(hdr.h); transition accept; }
}
`;

/** The program after the passes up to the one named, which may be none. */
function after(text: string, last: string): Program {
  const { checked, evaluated, sink, diagnostics } = compileText(`${HEAD}${text}${TAIL}`);
  if (evaluated === undefined)
    throw new Error(
      diagnostics
        .filter((one) => one.severity === 'error')
        .map((one) => `${one.code} ${one.message}`)
        .join('; '),
    );
  const { program, names } = lowerProgram(checked, evaluated, sink);
  const list: readonly Pass[] = [
    ...SIMPLE_TARGET_PASSES,
    moveStatementsToActions((_, control) => control.declaration === 'I'),
  ];
  const end = list.findIndex((pass) => pass.name === last);
  const done = runPasses(list.slice(0, end + 1), program, passContext(names, sink));
  if (done === undefined) throw new Error(sink.diagnostics.map((one) => one.message).join('; '));
  return done;
}

/** The lines of a program's text from one that begins with `first` to the bracket that closes it. */
function section(program: Program, first: string): readonly string[] {
  const lines = printProgram(program).split('\n');
  const start = lines.findIndex((line) => line.trim().startsWith(first));
  const indent = /^ */.exec(lines[start] ?? '')?.[0] ?? '';
  const end = lines.findIndex((line, index) => index > start && line === `${indent}}`);
  return lines.slice(start + 1, end).map((line) => line.trim());
}

/** The body of the ingress control after a pass. */
function ingress(declarations: string, body: string, last: string, top = ''): readonly string[] {
  const text = `${top}${PARSER}control I(inout headers_t hdr, inout metadata_t m, inout standard_metadata_t sm) {
${declarations}
  apply { ${body} }
}
`;
  const lines = section(after(text, last), 'control I');
  return lines.slice(lines.indexOf('apply {') + 1, -1);
}

test('casts are explicit and constants are folded', (t) => {
  t.deepEqual(ingress('', 'm.x = 1 + 2 * 3; m.n = (bit<4>)m.x; m.y += 1;', ''), [
    'm_1.x = 8w7;',
    'm_1.n = (bit<4>)m_1.x;',
    'm_1.y = m_1.y + 8w1;',
  ]);
});

test('a declaration without initializer stores the default value', (t) => {
  t.deepEqual(ingress('', 'bit<8> v; h_t l; pair_t q;', ''), [
    'v = 8w0;',
    'l = (h_t){#};',
    'q = (pair_t){ 8w0, 8w0 };',
  ]);
});

test('switch labels without a body lead to the next', (t) => {
  t.deepEqual(ingress('', 'switch (m.x) { 1: 2: { m.y = 0; } default: { m.y = 1; } }', ''), [
    'switch (m_1.x) {',
    '8w1: 8w2: {',
    'm_1.y = 8w0;',
    '}',
    'default: {',
    'm_1.y = 8w1;',
    '}',
    '}',
  ]);
});

const F = 'bit<8> f(inout bit<8> v) { v = v + 1; return v; }\n';

test('order-side-effects: the left operand is read before the call on the right changes it', (t) => {
  t.deepEqual(ingress('', 'm.y = m.x + f(m.x);', 'order-side-effects', F), [
    'tmp = m_1.x;',
    'tmp_0 = f(m_1.x);',
    'm_1.y = tmp + tmp_0;',
  ]);
});

test('order-side-effects: an inout argument is copied in before a later argument changes it', (t) => {
  const g = 'bit<8> g(inout bit<8> a, in bit<8> b) { a = a + b; return a; }\n';
  t.deepEqual(ingress('', 'm.y = g(m.x, f(m.x));', 'order-side-effects', `${F}${g}`), [
    'tmp = m_1.x;',
    'tmp_0 = f(m_1.x);',
    'tmp_1 = g(tmp, tmp_0);',
    'm_1.x = tmp;',
    'm_1.y = tmp_1;',
  ]);
});

test('order-side-effects: what && does not need is not evaluated', (t) => {
  const table = 'table t { key = { m.x : exact; } actions = { NoAction; } }';
  t.deepEqual(ingress(table, 'if (m.x == 1 && t.apply().hit) { m.y = 1; }', 'order-side-effects'), [
    'tmp = m_1.x == 8w1;',
    'if (tmp) {',
    'if (I.t.apply().hit) {',
    'hit = true;',
    '} else {',
    'hit = false;',
    '}',
    'tmp = hit;',
    '}',
    'if (tmp) {',
    'm_1.y = 8w1;',
    '}',
  ]);
});

test('inline-functions: a parameter stands for its argument where nothing else shares the place', (t) => {
  t.deepEqual(ingress('', 'm.y = f(m.x);', 'eliminate-dead-code', F), [
    'm_1.x = m_1.x + 8w1;',
    'result = m_1.x;',
    'm_1.y = result;',
  ]);
});

test('inline-functions: arguments that share a place are copied in and out, from left to right', (t) => {
  const swap = 'void g(inout bit<8> a, inout bit<8> b) { a = a + 1; b = b + 2; }\n';
  t.deepEqual(ingress('', 'g(m.x, m.x);', 'eliminate-dead-code', swap), [
    'a_0 = m_1.x;',
    'b_2 = m_1.x;',
    'a_0 = a_0 + 8w1;',
    'b_2 = b_2 + 8w2;',
    'm_1.x = a_0;',
    'm_1.x = b_2;',
  ]);
});

test('eliminate-leaves: what follows a return goes into the branch that goes on', (t) => {
  t.deepEqual(ingress('', 'if (m.x == 1) { return; } m.y = 1;', 'eliminate-leaves'), [
    'if (!(m_1.x == 8w1)) {',
    'm_1.y = 8w1;',
    '}',
  ]);
});

test('unroll-loops: rounds are written out, and what is known is put in', (t) => {
  t.deepEqual(ingress('', 'for (bit<8> i = 0; i < 3; i = i + 1) { m.y = m.y + i; }', 'eliminate-dead-code'), [
    'm_1.y = m_1.y + 8w0;',
    'm_1.y = m_1.y + 8w1;',
    'm_1.y = m_1.y + 8w2;',
  ]);
});

test('flatten-structs: header values, copies of structs and comparisons are spelled out', (t) => {
  t.deepEqual(ingress('', 'hdr.g = { hdr.g.b, hdr.g.a };', 'eliminate-dead-code'), [
    'old = hdr_1.g.b;',
    'old_0 = hdr_1.g.a;',
    'hdr_1.g.setValid();',
    'hdr_1.g.a = old;',
    'hdr_1.g.b = old_0;',
  ]);
  t.deepEqual(
    ingress('', 'pair_t q = m.p; q.x = 3; m.p = q;', 'eliminate-dead-code'),
    ['q_x = m_1.p.x;', 'q_y = m_1.p.y;', 'm_1.p.x = 8w3;', 'm_1.p.y = q_y;'].filter(
      (line) => line !== 'q_x = m_1.p.x;',
    ),
  );
});

test('eliminate-dynamic-stack-indexes: a computed index chooses', (t) => {
  t.deepEqual(ingress('', 'hdr.s[m.x].a = hdr.s[m.y].b;', 'eliminate-dynamic-stack-indexes'), [
    'if (m_1.x == 8w0) {',
    'hdr_1.s[8w0].a = (m_1.y == 8w0) ? hdr_1.s[8w0].b : ((m_1.y == 8w1) ? hdr_1.s[8w1].b : 8w0);',
    '} else {',
    'if (m_1.x == 8w1) {',
    'hdr_1.s[8w1].a = (m_1.y == 8w0) ? hdr_1.s[8w0].b : ((m_1.y == 8w1) ? hdr_1.s[8w1].b : 8w0);',
    '}',
    '}',
  ]);
});

test('inline-controls: exit copies out first', (t) => {
  const sub = 'control C(inout bit<8> v) { apply { v = 1; exit; } }\n';
  t.deepEqual(ingress('C() c;', 'c.apply(hdr.h.a); m.y = 2;', 'inline-controls', sub), [
    'exited = false;',
    'v_0 = hdr_1.h.a;',
    'c: {',
    'v_0 = 8w1;',
    'exited = true;',
    'leave c;',
    '}',
    'hdr_1.h.a = v_0;',
    'if (exited) {',
    'exit;',
    '}',
    'm_1.y = 8w2;',
  ]);
});

test('move-statements-to-actions: a control only applies tables, branches and runs actions', (t) => {
  const table = 'table t { key = { m.x : exact; } actions = { NoAction; } }';
  t.deepEqual(ingress(table, 'm.x = 1; m.y = 2; t.apply(); m.n = 3;', 'move-statements-to-actions'), [
    'I.act();',
    'I.t.apply();',
    'I.act_0();',
  ]);
});

test('inline-parsers: the states of a sub-parser follow the call', (t) => {
  const text = `parser S(packet_in b, out h_t h) { state start { b.extract(h); transition select(h.a) { 1: more; default: accept; } }
  state more { h.b = 0; transition accept; } }
parser P(packet_in b, out headers_t hdr, inout metadata_t m, inout standard_metadata_t sm) {
  S() s;
  state start { s.apply(b, hdr.h); m.x = 1; transition accept; }
}
control I(inout headers_t hdr, inout metadata_t m, inout standard_metadata_t sm) { apply { } }
`;
  t.deepEqual(section(after(text, 'simplify-keys'), 'parser P'), [
    'state start {',
    'hdr.h.setInvalid();',
    'b.extract<h_t>(hdr.h);',
    'transition select(hdr.h.a) {',
    '8w1: s.more;',
    '_: start_after;',
    '}',
    '}',
    'state s.more {',
    'hdr.h.b = 8w0;',
    'transition start_after;',
    '}',
    'state start_after {',
    'm.x = 8w1;',
    'transition accept;',
    '}',
  ]);
});

test('the list can be printed', (t) => {
  const lines = describePasses(SIMPLE_TARGET_PASSES).trimEnd().split('\n');
  t.is(lines.length, SIMPLE_TARGET_PASSES.length);
  t.regex(lines[0] ?? '', /^ {2}1 {2}bind-table-actions +\S/);
});
