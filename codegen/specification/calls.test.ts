/** Calls, parameters, constructors and where each kind of call may stand (specification §6.8, §8.21, §10, §11, appendix F): right and wrong. */

import { accepts, finds } from './verdicts.ts';

accepts(
  'named and optional',
  `extern void f(in bit a, in bit<3> b = 2, in bit<5> c);
extern void h(in bit<32> a, in bool b = true);
void g() { f(a = 1, b = 2, c = 3); f(a = 1, c = 3); f(1, 2, 3); h(10); h(a=10); h(a = 10, b = true); }`,
);

finds(
  'a default before the last parameter needs names',
  `extern void f(in bit a, in bit<3> b = 2, in bit<5> c);
void g() { «f(1, 3)»; }`,
  'P4356',
);

finds(
  'too few arguments',
  `extern void f(in bit<32> x, out bit<16> y);
void g() { bit<32> xa = 0; bit<16> ya; «f(x = xa)»; }`,
  'P4356',
);

finds(
  'an argument given twice',
  `extern void f(in bit<32> x, out bit<16> y);
void g() { bit<32> xa = 0; bit<16> ya; f(x = xa, «x» = ya); }`,
  'P4353',
);

finds(
  'some arguments named',
  `extern void f(in bit<32> x, out bit<16> y);
void g() { bit<32> xa = 0; bit<16> ya; f(x = xa, «ya»); }`,
  'P4352',
);

accepts(
  'optional package',
  `#include <core.p4>
struct Empty {}
control nothing(inout Empty h, inout Empty m) { apply {} }
parser parserProto<H, M>(packet_in p, out H h, inout M m);
control controlProto<H, M>(inout H h, inout M m);
package pack<HP, MP, HC, MC>(@optional parserProto<HP, MP> _parser, controlProto<HC, MC> _control = nothing());
pack() main;`,
);

finds('optional with default', `extern void f(@optional «in bit<8> a = 3»);`, 'P4318');

finds('optional on control', `control c(@optional «in bit<8> a») { apply {} }`, 'P4318');

accepts(
  'abstract',
  `extern Balancer { Balancer(); bit<32> getFlowCount(); abstract bit<4> on_new_flow(in bit<32> address); }
Balancer() b = { bit<4> on_new_flow(in bit<32> address) { bit<32> count = this.getFlowCount(); return (address + count)[3:0]; } };
control c(inout bit<4> r) { apply { r = b.on_new_flow(5); } }`,
);

finds(
  'abstract direction',
  `extern Balancer { Balancer(); abstract bit<4> on_new_flow(in bit<32> address); }
Balancer() b = { bit<4> on_new_flow(«inout bit<32> address») { return address[3:0]; } };`,
  'P4447',
);

accepts(
  'abstract uses local',
  `extern Balancer { Balancer(); abstract bit<4> on_new_flow(in bit<32> address); }
control c(inout bit<4> r) { bit<4> z = 1; Balancer() b = { bit<4> on_new_flow(in bit<32> address) { return z; } }; apply { r = b.on_new_flow(5) + z; } }`,
);

accepts(
  'overloads',
  `extern void f(in bit<8> a); 
extern void f(in bit<8> a, in bit<8> b);
extern void k(in bit<8> a); 
extern void k(in bit<16> b);
bit<8> g(in bit<8> x) { return x; }
bit<8> g(in bit<8> x, in bit<8> y) { return x + y; }
control c(inout bit<8> r) { apply { f(1); f(1, 2); k(a = 1); k(b = 2); r = g(1) + g(1, 2); } }`,
);

finds(
  'overload by types only',
  `extern void k(in bit<8> a); 
extern void «k»(in bit<16> a);`,
  'P4201',
);

finds(
  'ambiguous call',
  `extern void k(in bit<8> a); 
extern void k(in bit<16> b);
control c() { apply { «k»(1); } }`,
  'P4351',
);

finds(
  'a default block of another type',
  `struct Empty {}
struct E2 {}
control nothing(inout Empty h) { apply {} }
control other(inout E2 h) { apply {} }
control controlProto<H>(inout H h);
package pack<H>(controlProto<H> a = «nothing()», controlProto<H> b);
pack(b = other()) main;`,
  'P4312',
);

finds(
  'direct application with constructor params',
  `#include <core.p4>
control x(inout bit<8> a)(bit<8> n) { apply { a = n; } }
control y(inout bit<8> a) { apply { «x».apply(a); } }`,
  'P4367',
);

finds(
  'top-level control',
  `control x(inout bit<8> a) { apply { a = 1; } }
«x() c1;»`,
  'P4444',
);

finds('recursion function', `bit<8> f(in bit<8> x) { return «f»(x); }`, 'P4206');

finds(
  'recursion mutual',
  `bit<8> f(in bit<8> x) { return «g»(x); }
bit<8> g(in bit<8> x) { return f(x); }`,
  'P4203',
);

finds('recursion action', `control c() { action a() { «a»(); } apply { a(); } }`, 'P4206');

finds(
  'control in action',
  `control d() { apply {} }
control c() { d() x; action a() { «x.apply()»; } apply { a(); } }`,
  'P4570',
);

finds(
  'function at control top',
  `extern bit<8> f();
control c(inout bit<8> x) { bit<8> y = f(); action a() { x = y; } bit<8> z = «a()»; apply { a(); } }`,
  'P4311',
);

finds(
  'extern param direction',
  `extern E { E(); }
control c(«in E e») { apply {} }`,
  'P4317',
);

finds(
  'action with extern',
  `extern E { E(); }
control c() { action a(«E» e) { } apply { } }`,
  'P4316',
);

finds(
  'control as runtime param',
  `control d() { apply {} }
control c(«d» x) { apply {} }`,
  'P4316',
);

finds(
  'package ctor param of control',
  `package P();
control c(inout bit<8> x)(«P» p) { apply { } }`,
  'P4316',
);

finds(
  'instance in function',
  `extern E { E(); }
void f() { «E() e;» }`,
  'P4401',
);

finds(
  'extern instance in action',
  `extern E { E(); }
control c() { action a() { «E() e;» } apply { a(); } }`,
  'P4401',
);

finds('variable top', `bit<8> «x»;`, 'P4076');

finds(
  'static_assert false',
  `#include <core.p4>
const bool _check = «static_assert(1 > 2, "bad")»;`,
  'P4606',
);

finds(
  'function call top',
  `#include <core.p4>
bit<8> f() { return 1; }
const bit<8> x = «f()»;`,
  'P4307',
);

finds(
  'packet_in instantiate',
  `#include <core.p4>
«packet_in»() x;`,
  'P4369',
);

accepts('a function parameter without direction', `bit<8> f(bit<8> x) { return x; }`);

finds('function in control', `control c() { bit<8> «f»(in bit<8> x) { return x; } apply {} }`, 'P4077');

finds(
  'out type mismatch',
  `extern void f(out bit<8> x);
control c(inout bit<16> a) { apply { f(«a»); } }`,
  'P4359',
);

finds('direction of constructor', `control c()(«in bit<8> x») { apply { } }`, 'P4318');

finds(
  'action data first',
  `control c(inout bit<8> y) { action a(«bit<8> d», in bit<8> x) { y = x + d; } apply { a(1, 2); } }`,
  'P4318',
);

finds(
  'default not const',
  `control d(inout bit<8> y)(bit<8> n) { apply { y = n; } }
control c(inout bit<8> y, in bit<8> z = «y») { apply { } }`,
  'P4307',
);

finds('default on out', `extern void f(out bit<8> x = «3»);`, 'P4318');

accepts(
  'action direct call with runtime value',
  `control c(inout bit<8> y) { action a(bit<8> d) { y = d; } apply { a(y + 1); } }`,
);

finds(
  'action missing arg',
  `control c(inout bit<8> y) { action a(bit<8> d) { y = d; } apply { «a()»; } }`,
  'P4356',
);

accepts(
  "don't care out",
  `extern void f(out bit<8> x, in bit<8> y);
control c() { apply { f(_, 1); } }`,
);

finds(
  "don't care in",
  `extern void f(out bit<8> x, in bit<8> y);
control c(inout bit<8> z) { apply { f(z, «_»); } }`,
  'P4357',
);

finds('complement without a width', `const int x = «~1»;`, 'P4321');

finds('bitwise and without a width', `const int x = «5 & -3»;`, 'P4321');

finds('string param direction', `extern void log(«in string s»);`, 'P4317');

accepts(
  'default init',
  `enum int<8> N0 { one = 1, zero = 0, two = 2 } enum N1 { A, B, C, F } struct S { bit<32> b32; bool b; } struct T { S s; N0 n0; N1 n1; } header H { bit<16> f1; bit<8> f2; }
control c(inout bit<8> r) { N0 n0 = ...; N1 n1 = ...; S s0 = ...; S s1 = { 1, ... }; S s2 = { b = true, ... }; T t0 = ...; T t1 = { s = ..., ... }; tuple<N0, N1> p = { ... }; H h1 = ...; H h2 = { f2=5, ... }; H h3 = { ... }; apply { if (n0 == N0.one && n1 == N1.A && s0 == s1 && s1 == s2 && t0 == t1 && h1 == h2 && h2 == h3 && p[1] == N1.B) { r = 1; } } }`,
);

finds(
  'default left out',
  `struct S { bit<32> b32; bool b; }
control c(inout S s) { apply { s = «{ b32 = 1 }»; } }`,
  'P4315',
);

finds(
  'action used before declared in control',
  `#include <core.p4>
control c(inout bit<8> r) { table t { actions = { «a»; NoAction; } } action a() { r = 1; } apply { t.apply(); } }`,
  'P4203',
);

finds('struct with extern', `extern X {} struct S { «X» a; }`, 'P4303');

finds('list of extern', `extern X {} extern Y { Y(list<«X»> l); }`, 'P4303');

accepts('a stack without elements', `header H { bit<8> x; } struct S { H[0] h; }`);

finds('enum out of range', `enum bit<8> F { first = 1, unrepresentable = «300» }`, 'P4451');

finds('int param direction', `control c(«in int x») { apply {} }`, 'P4317');

finds('int param action', `control c() { action a(«int» x) {} apply { } }`, 'P4316');

finds('package directions', `package P(«in bit<8> x»);`, 'P4318');

finds(
  'the blocks of a package disagree on its type variables',
  `#include <core.p4>
parser Prs<T>(packet_in b, out T result); control Pipe<T>(in T data); package Switch<T>(Prs<T> p, Pipe<T> map);
parser P(packet_in b, out bit<32> index) { state start { index = 1; transition accept; } }
control Pipe2(in bit<8> data) { apply {} }
Switch(P(), «Pipe2()») main;`,
  'P4312',
);

accepts(
  'the blocks of a package agree on its type variables',
  `#include <core.p4>
parser Prs<T>(packet_in b, out T result); control Pipe<T>(in T data); package Switch<T>(Prs<T> p, Pipe<T> map);
parser P(packet_in b, out bit<32> index) { state start { index = 1; transition accept; } }
control Pipe1(in bit<32> data) { apply {} }
Switch<bit<32>>(P(), Pipe1()) main;`,
);

finds(
  'emit of bits',
  `#include <core.p4>
control c(packet_out b, in bit<8> z) { apply { b.emit(«z»); } }`,
  'P4562',
);

finds(
  'emit enum struct',
  `#include <core.p4>
enum E { A } struct S { E e; }
control c(packet_out b, in S z) { apply { b.emit(«z»); } }`,
  'P4562',
);

finds(
  'ctor param in width',
  `control c(inout bit<8> r)(bit<8> n) { apply { bit<«(n)»> x = 1; r = r[«n»:0]; } }`,
  'P4307',
  'P4307',
);
