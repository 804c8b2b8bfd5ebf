/** Parsers (specification §13): the clauses and examples of the chapter, right and wrong. */

import { accepts, finds } from './verdicts.ts';

accepts(
  'value sets',
  `#include <core.p4>
header h_t { bit<16> port; }
struct vsk_t { @match(ternary) bit<16> port; }
parser p(packet_in b, out h_t h) {
  value_set<vsk_t>(4) pvs; value_set<bit<16>>(8) plain; value_set<tuple<bit<16>, bit<8>>>(2) pair;
  state start { b.extract(h); transition select(h.port) { pvs: accept; plain: accept; default: next; } }
  state next { transition select(h.port, h.port[7:0]) { pair: accept; (1, 2): accept; _ : reject; } } }`,
);

finds(
  'value set type mismatch',
  `#include <core.p4>
header h_t { bit<16> port; }
parser p(packet_in b, out h_t h) {
  value_set<bit<8>>(4) pvs;
  state start { b.extract(h); transition select(h.port) { «pvs»: accept; default: reject; } } }`,
  'P4420',
);

finds(
  'value set size dynamic',
  `#include <core.p4>
header h_t { bit<16> port; }
parser p(packet_in b, out h_t h) {
  bit<8> n = 3; value_set<bit<16>>(«n») pvs;
  state start { b.extract(h); transition select(h.port) { pvs: accept; default: reject; } } }`,
  'P4307',
);

accepts(
  'nested parsers',
  `#include <core.p4>
header h_t { bit<16> port; }
parser callee(packet_in b, out h_t h) { state start { b.extract(h); transition accept; } }
parser callee2(packet_in b, out h_t h)(bit<16> n) { state start { b.extract(h); transition select(h.port == n) { true: accept; false: reject; } } }
parser caller(packet_in b, out h_t h, out h_t g, out h_t f) {
  callee() sub; callee2(5) sub2;
  state start { sub.apply(b, h); transition next; }
  state next { sub2.apply(b, g); callee.apply(b, f); transition accept; } }`,
);

finds(
  'control in parser',
  `#include <core.p4>
control x(inout bit<8> a) { apply { a = 1; } }
parser p(inout bit<8> a) { «x() q;» state start { q.apply(a); transition accept; } }`,
  'P4444',
);

finds(
  'parser in control',
  `parser p(inout bit<8> a) { state start { a = 1; transition accept; } }
control x(inout bit<8> a) { «p() q;» apply { q.apply(a); } }`,
  'P4444',
);

finds('no start', `parser «p»() { state begin { transition accept; } }`, 'P4210');

finds(
  'state accept',
  `parser p() { state start { transition accept; } state «accept» { transition reject; } }`,
  'P4209',
);

finds(
  'name dup t',
  `parser p() { bit<4> t; state start { t = 1; transition t; } state «t» { transition accept; } }`,
  'P4201',
);

accepts('a generic parser', `parser P<H>(inout H data) { state start { transition accept; } }`);

finds('no transition', `parser «p»() { state «start» { } }`, 'P4920', 'P4919');

finds(
  'select type tuple',
  `struct s_t { bit<8> a; }
parser p(in s_t s) { state start { transition select(«s») { default: accept; } } }`,
  'P4442',
);

finds(
  'select mismatch',
  `parser p(in bit<8> s) { state start { transition select(s) { «16w1»: accept; default: accept; } } }`,
  'P4420',
);

finds(
  'select count',
  `parser p(in bit<8> s) { state start { transition select(s, s) { «(1, 2, 3)»: accept; default: accept; } } }`,
  'P4421',
);

finds(
  'select unknown state',
  `parser p(in bit<8> s) { state start { transition select(s) { 1: «nowhere»; default: accept; } } }`,
  'P4202',
);

finds(
  'select unreachable',
  `parser p(in bit<8> s) { state start { transition select(s) { 1: accept; _: reject; «2: accept;» 1 : reject; } } }`,
  'P4916',
);

finds(
  'select covered by masks',
  `parser p(in bit<8> s) { state start { transition select(s) { 0 &&& 0xf0: accept; «3: reject;» 0..255: reject; «9: accept;» } } }`,
  'P4916',
  'P4916',
);

accepts(
  'select exhaustiveness bool',
  `parser p(in bool s) { state start { transition select(s) { true: accept; false: reject; } } }`,
);

accepts(
  'select enum ser',
  `enum bit<8> E { A = 1, B = 2 }
parser p(in E s) { state start { transition select(s) { E.A: accept; E.B: accept; _: reject; } } }`,
);

accepts(
  'select range mask enum',
  `enum bit<8> E { A = 1, B = 7 }
parser p(in E s, in bit<8> t) { state start { transition select(s, t) { (E.A .. E.B, 1 .. 4): accept; (E.A &&& E.B, 4 &&& 4): accept; (_, _): reject; } } }`,
);

finds(
  'unreachable state',
  `parser p() { state start { transition accept; } state «orphan» { transition accept; } }`,
  'P4914',
);

finds(
  'action in parser',
  `action a() {}
parser p() { state start { «a()»; transition accept; } }`,
  'P4570',
);

finds(
  'verify in control',
  `#include <core.p4>
control c() { apply { «verify»(true, error.NoError); } }`,
  'P4569',
);

finds(
  'control ctor param of parser',
  `parser P(inout bit<8> x);
control c(inout bit<8> x)(«P» p) { apply { } }`,
  'P4316',
);

accepts(
  'an element reached by last is assigned',
  `#include <core.p4>
header h_t { bit<8> x; }
parser p(packet_in b, inout h_t[2] s) { state start { b.extract(s.next); s.last = s[0]; transition accept; } }`,
);

finds(
  'extract struct',
  `#include <core.p4>
struct S { bit<8> e; }
parser p(packet_in b, out S z) { state start { b.extract(«z»); transition accept; } }`,
  'P4563',
);

finds(
  'extract in control',
  `#include <core.p4>
header S { bit<8> e; }
control p(packet_in b, out S z) { apply { b.«extract»(z); } }`,
  'P4569',
);

accepts(
  'extract forms',
  `#include <core.p4>
header S { bit<8> e; } header V { bit<8> n; varbit<80> v; }
parser p(packet_in b, out S z, out V v) { state start { b.extract(z); b.extract(v, (bit<32>) z.e); b.extract<S>(_); b.advance(8); bit<8> q = b.lookahead<bit<8>>(); transition select(q, b.length()) { (1, 2): accept; _: reject; } } }`,
);

finds(
  'lookahead varbit',
  `#include <core.p4>
header V { bit<8> n; varbit<80> v; }
parser p(packet_in b, out V z) { state start { z = «b.lookahead»<V>(); transition accept; } }`,
  'P4567',
);
