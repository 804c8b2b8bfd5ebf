/** Types and what they may hold (specification §7): the clauses and examples of the chapter, right and wrong. */

import { accepts, finds } from './verdicts.ts';

accepts(
  'generics struct header union stack',
  `struct S<T> { T field; bool valid; }
struct G<T> { S<T> s; }
const S<bit<32>> s = { field = 32w0, valid = false };
const G<bit<32>> g = { s = { field = 0, valid = false } };
header H<T> { T field; }
const H<bit<8>> h = { field = 1 };
header_union HU<T> { H<bit<32>> h32; H<bit<8>> h8; H<T> ht; }
control c(inout bit<8> r) { H<bit<8>>[10] stack; HU<bit> hu; apply { r = (bit<8>)s.field + h.field; stack[0] = {3}; hu.ht = {1}; if (hu.ht.isValid() && stack[0].isValid()) r = g.s.field[7:0]; } }`,
);

finds(
  'generic struct not specialized',
  `struct S<T> { T field; }
typedef «S» X;`,
  'P4308',
);

finds(
  'generic too few args',
  `struct S<T, U> { T a; U b; }
const «S<bit<8>>» s = { 1, 2 };`,
  'P4309',
);

accepts(
  'list',
  `struct pair_t { bit<16> a; bit<32> b; }
extern E { E(list<pair_t> data); void run(); }
control c() { E((list<pair_t>) {{2, 3}, {4, 5}}) e; apply { e.run(); } }`,
);

finds(
  'list elem',
  `struct pair_t { bit<16> a; bit<32> b; }
extern E { E(list<pair_t> data); void run(); }
control c() { E(«(list<pair_t>) {{2, 3}, {4, true}}») e; apply { e.run(); } }`,
  'P4330',
);

finds(
  'serenum passed out',
  `enum bit<8> E { A = 1 }
extern void f(out bit<8> x);
control c(inout E a) { apply { f(«a»); } }`,
  'P4359',
);

finds('type of varbit', `type «varbit<8>» V;`, 'P4319');

finds(
  'type of struct',
  `struct S { bit<8> a; }
type «S» V;`,
  'P4319',
);

finds('typedef void', `typedef «void» V;`, 'P4302');

finds('typedef match_kind', `typedef «match_kind» V;`, 'P4319');

accepts(
  'typedefs',
  `#include <core.p4>
typedef int I; typedef error Er; typedef varbit<8> V; typedef tuple<bit<8>> T; typedef list<bit<8>> L; struct S {} typedef S SS; header H {} typedef H[3] HS; extern X {} typedef X XX; typedef bit<8>[4] A;`,
);

finds('union of bits', `header_union U { «bit<8>» a; }`, 'P4303');

finds('header with header', `header H { bit<8> x; } header G { «H» h; }`, 'P4303');

finds('header with enum non serializable', `enum E { A } header G { «E» h; }`, 'P4303');

accepts(
  'header with struct bool enum',
  `enum bit<8> E { A = 1 } struct S { bit<8> a; bool b; E e; int<3> i; } header G { S s; bool b; E e; varbit<32> v; bit<0> z; }`,
);

finds('header struct with varbit?', `struct S { varbit<8> a; } header G { «S» s; }`, 'P4303');

finds('struct with int', `struct S { «int» a; }`, 'P4303');

finds('stack of bits', `control c(inout bit<8>[4] a) { apply { a.«push_front»(1); } }`, 'P4205');

finds('stack of stacks', `header H { bit<8> x; } struct S { «H[2]»[3] h; }`, 'P4303');

finds('list in struct', `struct S { «list<bit<8>>» l; }`, 'P4303');

finds('enum of newtype', `type bit<8> N; enum «N» F { first = 1 }`, 'P4319');

finds(
  'width expression',
  `const bit<8> x = 3; control c(in bit<8> y) { bit<«(y)»> z = 1; apply { } }`,
  'P4307',
);

accepts(
  'width expression (2)',
  `const bit<32> x = 10; const bit<(x + 2)> y = 15; const int<(x * 2)> z = -3;`,
);

accepts(
  'int params',
  `extern void f(int x); control d(inout bit<8> r)(int n) { apply { r = (bit<8>) n; f(3); } }
control c(inout bit<8> r) { d(300 - 260) x; apply { x.apply(r); } }`,
);
