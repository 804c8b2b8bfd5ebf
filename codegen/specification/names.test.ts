/** Scopes, names, unused declarations and values that are not there (specification §6.5, §6.6, §8.26, §18.3): right and wrong. */

import { accepts, finds } from './verdicts.ts';

finds(
  'uninit reads',
  `header H { bit<8> x; } struct S { bit<8> a; H h; }
control c(inout bit<8> r, out bit<8> «o») { bit<8> v; S s; H h; apply { r = «v»; r = «s.a»; r = «h.x»; if (r == 1) { v = 2; } r = v; } }`,
  'P4912',
  'P4910',
  'P4910',
  'P4910',
);

accepts(
  'init reads',
  `header H { bit<8> x; } struct S { bit<8> a; H h; }
extern void set(out bit<8> z);
control c(inout bit<8> r, out bit<8> o) { bit<8> v; bit<8> w; S s; apply { set(v); s = { 1, {2} }; if (r == 1) { w = 2; } else { w = 3; } r = v + w + s.a + s.h.x; o = 1; switch (r) { 1: { w = 1; } default: { w = 5; } } r = w; } }`,
);

finds(
  'uninit out',
  `control c(inout bit<8> r, out bit<8> «o») { apply { if (r == 1) { o = 2; } } }`,
  'P4912',
);

finds(
  'unused',
  `#include <core.p4>
control c(inout bit<8> r, in bit<8> unusedparam) { bit<8> «v»; const bit<8> «K» = 1; action «a»() { r = 1; } action _b() {} @noWarn("unused") action d() {} table «t» { actions = { NoAction; } } apply { r = 2; } }`,
  'P4913',
  'P4913',
  'P4913',
  'P4913',
);

accepts(
  'scoping shadow',
  `const bit<4> x = 1;
control p(inout bit<8> r) { const bit<8> x = 8; const bit<4> y = .x; const bit<8> z = x; apply { r = z + (bit<8>)y; bit<8> q = 1; { bit<8> q = 2; r = r + q; } r = r + q; } }`,
);

accepts(
  'absolute',
  `const bit<32> x = 2;
control c(inout bit<32> r) { int<32> x = 0; apply { x = x + (int<32>).x; r = (bit<32>) x; } }`,
);

finds(
  'a local used before its declaration',
  `control c(inout bit<8> r) { action a() { r = «v»; } bit<8> v = 1; apply { a(); r = v; } }`,
  'P4203',
);

finds(
  'private names',
  `control d(inout bit<8> r) { action a() { r = 1; } apply { a(); } }
control c(inout bit<8> r) { apply { «a»(); d.apply(r); } }`,
  'P4202',
);

finds(
  'enum member unqualified',
  `enum X { v1, v2 }
control c(inout X x) { apply { x = «v1»; } }`,
  'P4202',
);

finds('duplicate error', `error { A } error { B, «A» }`, 'P4201');

finds('duplicate match_kind', `match_kind { a } match_kind { «a» }`, 'P4201');

finds('duplicate fields union', `header H { bit<8> x; } header_union U { H a; H «a»; }`, 'P4201');

finds(
  'same name',
  `control noargs(); package top(noargs c1, noargs c2);
#include <core.p4>
control c() { @name(".foo.bar") table «t» { actions = { NoAction; } } apply { t.apply(); } }
top(c(), c()) main;`,
  'P4602',
);
