/** Expressions, casts and constant folding (specification §8, §9): the clauses and examples of the chapters, right and wrong. */

import { accepts, finds } from './verdicts.ts';

accepts(
  'invalid headers',
  `header H { bit<32> x; bit<32> y; }
header_union U { H h; }
control c(inout H h, inout U u, inout bit<8> r) { apply { h = {#}; if (h == {#}) { r = 1; } u = (U){#}; u.h = {#}; H[2] s = { {#}, { 1, 2 } }; h = s[1]; } }`,
);

finds(
  'a struct is never invalid',
  `struct S { bit<8> a; }
control c(inout S s) { apply { s = «{#}»; } }`,
  'P4311',
);

accepts(
  'casts',
  `type bit<32> U32; enum bit<8> E { a = 5 } typedef bit<8> b8; typedef b8 bb8; type b8 N8; type bool NB; 
struct S { bit<8> a; bool b; } header H { bit<8> x; }
control c(inout bit<8> x, inout bit<16> y, inout int<8> z, inout bool q, inout U32 u, inout N8 n, inout E e) { apply {
 bit<1> b1 = (bit<1>) q; q = (bool) b1; q = (bool) 1; q = (bool) 0; x = (bit<8>) z; z = (int<8>) x; y = (bit<16>) x; x = (bit<8>) y; z = (int<8>)(int<16>) y;
 u = (U32) 0; u = (U32) ((bit<32>) u + 1); n = (N8) x; x = (b8) n; x = (bb8) x; e = (E) x; x = (bit<8>) e; x = e; e = (E) 3; q = q && (bool)(NB) true;
 y = (bit<16>) (bit<8>) z; q = (NB)true == (NB)false;
 bool w = ((S) {a = 1, b = true}).b; S s = (S) {1, false}; s = (S) s; H h = (H){ 1 }; h = (H) {#}; H[2] hs = (H[2]) { {1}, {2} }; q = w && s.b && h.isValid() && hs[0].isValid();
 x = x + E.a; y = 16w11 << E.a; x = x[E.a:0] ++ 2w0; y = E.a ++ 8w0; x = E.a + 3; 
 } }`,
);

finds('cast bool from bit 2', `control c(inout bool q, in bit<2> b) { apply { q = «(bool) b»; } }`, 'P4330');

finds('cast bool from int 2', `control c(inout bool q) { apply { q = «(bool) 2»; } }`, 'P4330');

finds(
  'cast sign and width',
  `control c(in bit<16> y, inout int<8> z) { apply { z = «(int<8>) y»; } }`,
  'P4330',
);

finds(
  'cast enum',
  `enum E { A } 
control c(in bit<16> y, inout E z) { apply { z = «(E) y»; } }`,
  'P4330',
);

finds(
  'cast serializable other width',
  `enum bit<8> E { A = 1 } 
control c(in bit<16> y, inout E z) { apply { z = «(E) y»; } }`,
  'P4330',
);

finds(
  'implicit to enum',
  `enum bit<8> E { A = 1 } 
control c(inout E z) { apply { z = «1»; } }`,
  'P4311',
);

finds(
  'enum to other enum',
  `enum bit<8> E { A = 1 } enum bit<8> F { B = 1 } 
control c(inout E z, in F f) { apply { z = «f»; } }`,
  'P4311',
);

finds(
  'the sum of an enum is no enum',
  `enum bit<8> E { A = 1 } 
control c(inout E z) { apply { z = «E.A + 1»; } }`,
  'P4311',
);

accepts(
  'enums of the same representation',
  `enum bit<8> E { A = 1 } enum bit<8> F { B = 1 } 
control c(inout E z, in F f, inout bit<8> x) { apply { z = (E) f; z = (E)(E.A + 1); x = E.A + E.A; if (z > f) { x = 2; } } }`,
);

finds(
  'newtype mixed',
  `type bit<32> U32;
control c(inout U32 u, in bit<32> z) { apply { u = «z»; } }`,
  'P4311',
);

finds(
  'newtype arith',
  `type bit<32> U32;
control c(inout U32 u) { apply { u = «u» + u; } }`,
  'P4320',
);

finds('typedef string', `typedef «string» V;`, 'P4319');

finds('bit + wider', `control c(inout bit<8> x, in bit<16> y) { apply { x = x «+» y; } }`, 'P4323');

finds('signed + unsigned', `control c(inout bit<8> x, in int<8> y) { apply { x = x «+» y; } }`, 'P4323');

finds('shift by signed', `control c(inout bit<8> x, in int<8> y) { apply { x = x << «y»; } }`, 'P4326');

finds('shift negative const', `control c(inout bit<8> x) { apply { x = x << «-1»; } }`, 'P4325');

finds('int << var', `control c(inout bit<8> x) { apply { x = «1» << x; } }`, 'P4327');

finds(
  'compare signs',
  `control c(inout bit<8> x, in int<8> y) { apply { if (x «<» y) { x = 1; } } }`,
  'P4323',
);

finds(
  'overflow',
  `control c(inout bit<8> x) { apply { x = x | «0xFFF»; x = x << «256»; } }`,
  'P4901',
  'P4902',
);

accepts(
  'constants folding',
  `#include <core.p4>
const int a = 5; const int b = 2 * a; const int d = b - a + 3;
const bool c1 = static_assert(d == 8);
const bool c2 = static_assert((1 << 200) >> 199 == 2);
const bool c3 = static_assert(-7 >> 1 == -4);
const bool c4 = static_assert(8w200 + 8w100 == 8w44);
const bool c5 = static_assert(8w200 |+| 8w100 == 8w255);
const bool c6 = static_assert(8w2 |-| 8w100 == 8w0);
const bool c7 = static_assert(8s100 |+| 8s100 == 8s127);
const bool c8 = static_assert(-8s100 |-| 8s100 == -8s128);
const bool c9 = static_assert(8s100 + 8s100 == -8s56);
const bool c10 = static_assert((-8s8) >> 1 == -8s4);
const bool c11 = static_assert(8w0xF0 >> 4 == 8w0xF);
const bool c13 = static_assert(7 / 2 == 3 && 7 % 4 == 3);
const bool c14 = static_assert(8w7 / 8w2 == 3);
const bool c15 = static_assert(4w0xA ++ 4w0x5 == 8w0xA5);
const bool c16 = static_assert(16w0x1234[11:4] == 8w0x23);
const bool c17 = static_assert((-1)[7:0] == 8w0xFF);
const bool c18 = static_assert(0x1234[15:8] == 8w0x12);
const bool c20 = static_assert((true ? 1 : 2) == 1);
const bool c21 = static_assert(-8w1 == 8w255);
const bool c22 = static_assert(~8w0 == 8w255);
const bool c24 = static_assert((int<8>) 8w255 == -1);
const bool c25 = static_assert((bit<16>)(int<16>)(int<8>)(8w0x80) == 0xFF80);
const bool c26 = static_assert(4s5 ++ 4w1 == 8s0x51);
const bool c27 = static_assert({1, true} == {1, true} || true);`,
);

finds('string equality', `const bool b = «"a"» == "b";`, 'P4329');

finds('string plus', `const string b = «"a"» + "b";`, 'P4320');

finds(
  'string in condition',
  `extern void log(string s);
control c(inout bit<8> x) { apply { log("a" ++ «x»); } }`,
  'P4320',
);

finds('string var', `control c() { «string» s = "x"; apply { } }`, 'P4316');

accepts(
  'header ops',
  `header H { bit<8> x; varbit<16> y; } header G { bit<8> x; } header_union U { G g; G k; }
control c(inout H h, inout G g, inout U u, inout G[3] s, inout bit<32> r) { apply { if (h.isValid()) { h.setInvalid(); } g.setValid(); u.g.setValid(); u.k.setInvalid(); if (u.isValid()) { r = s.size; } s.push_front(1); s.pop_front(2); g.x = s[r].x; if (s[0] == g && u.g == g) { r = 1; } r = (bit<32>) h.minSizeInBits() + (bit<32>) h.maxSizeInBytes() + (bit<32>)G.minSizeInBytes(); } }`,
);

finds(
  'setValid on in',
  `header H { bit<8> x; }
control c(in H h) { apply { «h».setValid(); } }`,
  'P4366',
);

finds(
  'union setValid',
  `header H { bit<8> x; } header_union U { H h; }
control c(inout U u) { apply { u.«setValid»(); } }`,
  'P4205',
);

finds(
  'stack index range',
  `header H { bit<8> x; }
control c(inout H[2] s) { apply { s[«2»].x = 1; } }`,
  'P4333',
);

finds(
  'stack negative',
  `header H { bit<8> x; }
control c(inout H[2] s) { apply { s[«-1»].x = 1; } }`,
  'P4333',
);

finds(
  'push_front dynamic',
  `header H { bit<8> x; }
control c(inout H[2] s, in bit<8> n) { apply { s.push_front(«n»); } }`,
  'P4307',
);

finds(
  'push_front zero',
  `header H { bit<8> x; }
control c(inout H[2] s) { apply { s.push_front(«0»); } }`,
  'P4340',
);

finds(
  'next in control',
  `header H { bit<8> x; }
control c(inout H[2] s) { apply { s.«next».x = 1; } }`,
  'P4568',
);

finds(
  'stack of struct next',
  `struct H { bit<8> x; }
parser p(inout H[2] s) { state start { s.«next».x = 1; transition accept; } }`,
  'P4205',
);

finds(
  'header compare types',
  `header H { bit<8> x; } header G { bit<8> x; }
control c(in H h, in G g, inout bit<8> r) { apply { if (h «==» g) { r = 1; } } }`,
  'P4324',
);

accepts(
  'struct compare',
  `struct S { bit<32> a; bit<32> b; }
control c(inout S s, inout bit<8> r) { apply { bool b = s == (S) { a = 1, b = 2 }; if (b || s != { 1, 2 }) { r = 1; } } }`,
);

finds(
  'dots not last',
  `struct S { bit<32> b32; bool b; }
control c(inout S s) { apply { s = { ..., «b» = true }; } }`,
  'P4060',
);

finds(
  'field twice',
  `struct S { bit<32> b32; bool b; }
control c(inout S s) { apply { s = { b32 = 1, «b32» = 2, b = true }; } }`,
  'P4373',
);

finds(
  'unknown field',
  `struct S { bit<32> b32; bool b; }
control c(inout S s) { apply { s = { b32 = 1, «bb» = true }; } }`,
  'P4205',
);

finds(
  'tuple index range',
  `control c(inout bit<8> r) { tuple<bit<8>, bool> t = { 1, true }; apply { r = t[«2»]; } }`,
  'P4333',
);

finds(
  'tuple index dynamic',
  `control c(inout bit<8> r) { tuple<bit<8>, bit<8>> t = { 1, 2 }; apply { r = t[«r»]; } }`,
  'P4307',
);

finds(
  'tuple too many',
  `control c(inout bit<8> r) { tuple<bit<8>, bit<8>> t = «{ 1, 2, 3 }»; apply { r = t[0]; } }`,
  'P4311',
);

finds('header with tuple', `header G { «tuple<bit<8>>» h; }`, 'P4303');

finds('tuple with string', `const tuple<«string»> t = { "a" };`, 'P4303');

accepts('enum of typedef signed', `typedef int<8> T; typedef T U; enum U F { first = -1, second = 127 }`);

finds(
  'const assign dynamic',
  `extern bit<8> r();
control c() { const bit<8> k = «r()»; apply {} }`,
  'P4307',
);

accepts(
  'local ctk',
  `header H { bit<8> x; }
control c(inout H[4] s, inout bit<8> r)(bit<8> n) { const bit<32> k = s.size; bit<(s.size)> z = 1; apply { r = r << n; r = r[k - 1 : 0] ++ 4w0; r = (bit<4>) z ++ 4w1; } }`,
);
