/** L-values, assignments, slices and statements (specification §6.7, §12): the clauses and examples, right and wrong. */

import { accepts, finds } from './verdicts.ts';

finds(
  'for loops',
  `header h_t { bit<8> x; }
control c(inout bit<8> r, inout h_t[3] hs) { apply {
  for (bit<8> i = 0; i < 10; i = i + 1) { if (i == 3) continue; if (i == 7) break; r = r + i; }
  for (bit<8> i in 1..10) { r = r + i; }
  for (h_t h in hs) { r = r + h.x; }
  for (bit<8> i = 0, bit<8> j = 5; i < j; i += 1, j -= 1) r += i;
  for (;r > 3;) { r = r - 1; }
  bit<8> k;
  for («k» in 1..3) { r = r ^ k; }
  for (bit<8> i in (list<bit<8>>){1, 2, 4}) r = r | i;
} }`,
  'P4060',
);

accepts(
  'switch on expressions',
  `enum E { A, B }
enum bit<4> F { X = 1, Y = 2 }
error { Mine }
control c(inout bit<8> r, in E e, in F f, in error er, in int<4> s) {
 apply {
  switch (r) { 1: { r = 2; } 2: 3: { r = 4; } default: { r = 0; } }
  switch (e) { E.A: { r = 2; } E.B: { r = 1; } }
  switch (f) { F.X: { r = 2; } F.Y: { r = 1; } default: {} }
  switch (er) { error.Mine: { r = 2; } default: {} }
  switch (s) { -1: { r = 2; } 4s2: {} }
 } }`,
);

finds(
  'duplicate switch',
  `control c(inout bit<8> r) { apply { switch (r) { 1: { } «8w1»: { } } } }`,
  'P4409',
);

finds(
  'switch default not last',
  `control c(inout bit<8> r) { apply { switch (r) { default: { } «8w1»: { } } } }`,
  'P4410',
);

finds(
  'switch label wrong type',
  `control c(inout bit<8> r) { apply { switch (r) { «16w1»: { } } } }`,
  'P4413',
);

finds(
  'switch label dynamic',
  `control c(inout bit<8> r, in bit<8> q) { apply { switch (r) { «q»: { } } } }`,
  'P4307',
);

finds('switch bool', `control c(inout bool r) { apply { switch («r») { true: { } } } }`, 'P4408');

finds(
  'switch in parser',
  `parser p(inout bit<8> r) { state start { «switch» (r) { 1: { } } transition accept; } }`,
  'P4415',
);

finds(
  'arguments for no parameter',
  `extern void f(in bit<32> x, out bit<16> y);
void g() { bit<32> xa = 0; bit<16> ya; f(«z» = xa, w = ya); }`,
  'P4354',
);

finds(
  'a value for an out parameter',
  `extern void f(in bit<32> x, out bit<16> y);
void g() { bit<32> xa = 0; f(x = xa, y = «0»); }`,
  'P4358',
);

finds(
  'for in parser',
  `parser p(inout bit<8> r) { state start { «for» (bit<8> i in 1..3) { r = r + i; } transition accept; } }`,
  'P4415',
);

finds(
  'switch in if in parser',
  `parser p(inout bit<8> r) { state start { if (r == 1) { «switch» (r) { 1: { } } } transition accept; } }`,
  'P4415',
);

finds('exit in function', `void f() { «exit;» }`, 'P4572');

finds('for var int', `control c() { apply { for («int» i in 1..3) { } } }`, 'P4316');

finds(
  'for condition',
  `control c(inout bit<8> r) { apply { for (bit<8> i = 0; «i»; i = i + 1) { r = i; } } }`,
  'P4403',
);

finds('compound', `control c(inout bit<8> r) { apply { r += «true»; } }`, 'P4320');

finds('compound width', `control c(inout bit<8> r) { apply { r «|=» 16w3; } }`, 'P4323');

finds('compound concat', `control c(inout bit<8> r) { apply { r «++=» 8w3; } }`, 'P4068');

finds('compound logical', `control c(inout bool r) { apply { r «&&=» true; } }`, 'P4068');

accepts(
  'compound (2)',
  `control c(inout bit<8> r, inout int<8> s, inout bit<8>[4] a) { apply { r += 1; r -= 2; r *= 3; r |+|= 4; r |-|= 5; r <<= 1; r >>= 2; r &= 3; r |= 4; r ^= 5; s >>= 1; r[3:0] += 1; a[0] += 3; } }`,
);

accepts(
  'slices',
  `control c(inout bit<16> r, inout int<16> s, in bit<4> i) { bit<8> q; apply { q = r[15:8]; r[7:0] = q; r[4+:4] = 3; r[i+:2] = 2; q = s[7:0]; s[3:0] = 4w5; q = r[i +: 8]; r[0:0] = 1; } }`,
);

finds('slice reversed', `control c(inout bit<16> r) { apply { «r[0:7]» = 1; } }`, 'P4336');

finds('slice out of range', `control c(inout bit<16> r) { apply { r[«16»:8] = 1; } }`, 'P4337');

finds('slice dynamic', `control c(inout bit<16> r, in bit<4> i) { apply { r[«i»:0] = 1; } }`, 'P4307');

finds(
  'slice signed result',
  `control c(inout int<16> r) { apply { int<8> q = «r[7:0]»; r = (int<16>) q; } }`,
  'P4311',
);

finds('slice index signed', `control c(inout bit<16> r, in int<4> i) { apply { r[«i»+:2] = 1; } }`, 'P4326');

finds('slice of in', `control c(in bit<16> r) { apply { «r[3:0]» = 1; } }`, 'P4404');

finds('return in parser', `parser p() { state start { «return;» } }`, 'P4405');

finds(
  'lvalue function result',
  `extern bit<8> f();
control c() { apply { «f()» = 1; } }`,
  'P4404',
);

finds(
  'lvalue constant',
  `const bit<8> K = 1;
control c() { apply { «K» = 2; } }`,
  'P4404',
);

finds(
  'lvalue expression out arg',
  `extern void f(out bit<8> x);
control c(inout bit<8> a) { apply { f(«a + 1»); } }`,
  'P4358',
);

finds(
  'lvalue in to inout',
  `extern void f(inout bit<8> x);
control c(in bit<8> a) { apply { f(«a»); } }`,
  'P4358',
);

accepts(
  'lvalue hs.next',
  `#include <core.p4>
header h_t { bit<8> x; }
parser p(packet_in b, inout h_t[2] s) { state start { b.extract(s.next); s.next.setValid(); s.next = s[0]; s[1].x = s.last.x + (bit<8>)s.lastIndex; transition accept; } }`,
);

finds(
  'lvalue struct expression',
  `struct s_t { bit<8> a; }
control c() { apply { «((s_t){1}).a» = 3; } }`,
  'P4404',
);

finds('lvalue slice width', `control c(inout bit<16> r) { apply { r[7:0] = «16w1»; } }`, 'P4311');

accepts('lvalue slice of int signed', `control c(inout int<16> r) { apply { r[7:0] = 8w1; } }`);

finds('function missing return', `bit<8> «f»(in bit<8> x) { if (x == 1) { return 2; } }`, 'P4561');

finds('return value in void', `void f(in bit<8> x) { return «x»; }`, 'P4406');

finds('after return', `bit<8> f(in bit<8> x) { return x; «return 3;» }`, 'P4915');
