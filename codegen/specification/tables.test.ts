/** Tables (specification §14.2): the clauses and examples of the section, right and wrong. */

import { accepts, finds } from './verdicts.ts';

accepts(
  'priority entries',
  `#include <core.p4>
control c(inout bit<8> e, inout bit<16> t9) {
 action a() {} action a_params(bit<9> x) { t9 = (bit<16>)x; }
 table t { key = { e : exact; t9 : ternary; } actions = { a; a_params; } default_action = a;
  largest_priority_wins = false; priority_delta = 10;
  @noWarn("duplicate_priorities") entries = {
   const priority=10: (0x01, 0x1111 &&& 0xF   ) : a_params(1);
   (0x02, 0x1181           ) : a_params(2);
   (0x03, 0x1000 &&& 0xF000) : a_params(3);
   const              (0x04, 0x0210 &&& 0x02F0) : a_params(4);
   priority=40: (0x04, 0x0010 &&& 0x02F0) : a_params(5);
   (0x06, _                ) : a_params(6);
  } }
 apply { t.apply(); } }`,
);

finds(
  'const entries of spec',
  `#include <core.p4>
control c(inout bit<8> e, inout bit<16> t9) {
 action a() {} action a_params(bit<9> x) { t9 = (bit<16>)x; }
 table t { key = { e : exact; t9 : ternary; } actions = { a; a_params; } default_action = a;
  const entries = {
            (0x01, 0x1111 &&& 0xF   ) : a_params(1);
            (0x02, 0x1181           ) : a_params(2);
            (0x03, 0x1111 &&& 0xF000) : a_params(3);
            (0x04, 0x1211 &&& 0x02F0) : a_params(4);
            «(0x04, 0x1311 &&& 0x02F0)» : a_params(5);
            (0x06, _                ) : a_params(6);
            «_»                         : a;
  } }
 apply { t.apply(); } }`,
  'P4921',
  'P4922',
);

finds(
  'priority in const entries',
  `#include <core.p4>
control c(inout bit<8> e) {
 action a() {}
 table t { key = { e : ternary; } actions = { a; } default_action = a; const entries = { priority = «3»: 1 : a(); } }
 apply { t.apply(); } }`,
  'P4579',
);

finds(
  'duplicate priority',
  `#include <core.p4>
control c(inout bit<8> e) {
 action a() {}
 table t { key = { e : ternary; } actions = { a; } default_action = a; entries = { priority = 3: 1 : a(); priority = «3»: 2: a(); priority = «9»: 3: a(); } }
 apply { t.apply(); } }`,
  'P4923',
  'P4924',
);

finds(
  'first priority missing',
  `#include <core.p4>
control c(inout bit<8> e) {
 action a() {}
 table t { key = { e : ternary; } actions = { a; } default_action = a; entries = { «1 : a();» priority = 3: 2: a(); } }
 apply { t.apply(); } }`,
  'P4580',
);

finds(
  'negative derived priority',
  `#include <core.p4>
control c(inout bit<8> e) {
 action a() {}
 table t { key = { e : ternary; } actions = { a; } default_action = a; entries = { priority = 1: 1 : a(); «2»: a(); 3: a(); } }
 apply { t.apply(); } }`,
  'P4581',
);

finds(
  'largest_priority_wins type',
  `#include <core.p4>
control c(inout bit<8> e) {
 action a() {}
 table t { key = { e : ternary; } actions = { a; } default_action = a; largest_priority_wins = «1»; priority_delta = «0»; entries = { 1 : a(); } }
 apply { t.apply(); } }`,
  'P4435',
  'P4435',
);

finds(
  'entries no key',
  `control c(inout bit<8> e) {
 action a() {}
 table «t» { key = { } actions = { a; } default_action = a; const entries = { 1 : a(); } }
 apply { t.apply(); } }`,
  'P4440',
);

finds(
  'table in action',
  `#include <core.p4>
control c() { table t { actions = { NoAction; } } action a() { «t.apply()»; } apply { a(); } }`,
  'P4570',
);

accepts(
  'a table applied in a key',
  `#include <core.p4>
control c(inout bit<8> x) { table t { key = { x : exact; } actions = { NoAction; } } table u { key = { t.apply().hit : exact @name("a"); } actions = { NoAction; } } apply { u.apply(); } }`,
);

finds(
  'table apply in action args',
  `#include <core.p4>
control c(inout bit<8> x) { table t { key = { x : exact; } actions = { NoAction; } } action a(in bit<8> v) { x = v; } table u { key = { x : exact; } actions = { a(«t.apply()».hit ? 8w1 : 2); NoAction; } } apply { u.apply(); } }`,
  'P4570',
);

finds('table at top-level', `«table» t { actions = { } }`, 'P4077');

finds(
  'an action as a table key',
  `#include <core.p4>
control c(inout bit<8> x) { action a() {} table t { key = { «a» : exact; } actions = { NoAction; } } apply { t.apply(); } }`,
  'P4432',
);

finds(
  'two direct invocations with tables',
  `#include <core.p4>
control noargs(); package top(noargs c1);
control d() { table «t» { actions = { NoAction; } } apply { t.apply(); } }
control c() { apply { d.apply(); d.apply(); } }
top(c()) main;`,
  'P4602',
);

finds(
  'table two actions same name',
  `action a() {}
control c() { action a() {} table t { actions = { a; «.a»; } default_action = a; } apply { t.apply(); } }`,
  'P4434',
);

finds(
  'action args',
  `#include <core.p4>
control c(inout bit<32> z) { action a(in bit<32> x) { z = x; } action b(inout bit<32> x, bit<8> data) { x = (bit<32>)data; } 
 table t1 { actions = { «a»; } default_action = «NoAction»; }
 table t2 { actions = { a(5); b(z, «3»); NoAction; } default_action = NoAction; } 
 table t3 { actions = { «b()»; NoAction; } default_action = NoAction; } 
 table t4 { actions = { a(5); b(z); } default_action = a(«z»); } 
 table t5 { actions = { a(5); b(z); } default_action = «b(z)»; } 
 table t6 { actions = { a(5); b(z); } default_action = b(z, 8w8); }
 table t7 { «default_action» = a(5); actions = { a(5); } }
 apply { t1.apply(); t2.apply(); t3.apply(); t4.apply(); t5.apply(); t6.apply(); t7.apply(); } }`,
  'P4356',
  'P4438',
  'P4355',
  'P4356',
  'P4439',
  'P4356',
  'P4575',
);

finds(
  'default action params',
  `#include <core.p4>
control c(inout bit<32> z) { action a(bit<32> x) { z = x; } table t { actions = { a; } default_action = a(«z»); } apply { t.apply(); } }`,
  'P4361',
);

finds(
  'duplicated property',
  `#include <core.p4>
control c(inout bit<32> z) { table t { actions = { NoAction; } size = 3; «size = 4;» } apply { t.apply(); } }`,
  'P4430',
);

finds(
  'size negative',
  `#include <core.p4>
control c(inout bit<32> z) { table t { actions = { NoAction; } size = «-3»; } apply { t.apply(); } }`,
  'P4435',
);

finds(
  'tableonly default',
  `#include <core.p4>
control c(inout bit<32> z) { action a() {z = 1;} table t { key = { z : exact; } actions = { @tableonly a; @defaultonly NoAction; } default_action = «a»; } apply { t.apply(); } }`,
  'P4437',
);

finds(
  'match_kind unknown',
  `#include <core.p4>
control c(inout bit<32> z) { table t { key = { z : «ternry»; } actions = { NoAction; } } apply { t.apply(); } }`,
  'P4433',
);

finds(
  'lpm mask',
  `#include <core.p4>
control c(inout bit<8> z) { table t { key = { z : lpm; } actions = { NoAction; } const entries = { 5 &&& «5» : NoAction(); } } apply { t.apply(); } }`,
  'P4577',
);
