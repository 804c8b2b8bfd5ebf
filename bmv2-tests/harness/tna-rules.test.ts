/** The pipeline keeps the rules of Tofino that can be seen in a program, and the checker sees when one does not. */

import test from 'ava';
import { partOf, pipesOf } from './tna-pipes.ts';
import { lowerTna, TNA_PATH, TNA_PROGRAMS, tnaFrontEnd } from './tna-program.ts';
import { tnaViolations } from './tna-rules.ts';

test('the pipeline keeps the rules', (t) => {
  for (const path of Object.values(TNA_PROGRAMS)) {
    for (const generation of [1, 2] as const) {
      const program = lowerTna(tnaFrontEnd(generation, path));
      for (const pipe of pipesOf(program)) {
        t.deepEqual(tnaViolations(partOf(program, pipe), generation), [], `${path}: ${pipe.ingress}`);
      }
    }
  }
});

type Parts = {
  readonly locals?: string;
  readonly apply?: string;
  readonly deparser?: string;
  readonly state?: string;
  readonly states?: string;
  readonly headers?: string;
  readonly more?: string;
};

function violations({
  locals = '',
  apply = '',
  deparser = '',
  state = 'transition accept;',
  states = '',
  headers = '',
  more = '',
}: Parts) {
  const front = tnaFrontEnd(
    1,
    TNA_PATH,
    `#include <core.p4>
#include <tna.p4>
header h_t { bit<32> a; bit<32> b; bit<48> c; bit<8> d; ${headers} }
header v_t { varbit<64> v; }
struct headers_t { h_t h; ${more} }
struct metadata_t { bit<32> a; bit<32> b; bit<3> type; }
struct told_t { bit<128> a; bit<128> b; bit<136> c; }
header mirrored_t { bit<128> a; bit<136> b; }
parser Parse(packet_in packet, out headers_t headers, out metadata_t metadata, out ingress_intrinsic_metadata_t intrinsic) {
  state start { packet.extract(intrinsic); packet.advance(PORT_METADATA_SIZE); metadata = { 0, 0, 0 }; transition next; }
  state next { packet.extract(headers.h); ${state} }
  ${states}
}
control Run(inout headers_t headers, inout metadata_t metadata, in ingress_intrinsic_metadata_t intrinsic) {
  ${locals}
  apply { ${apply} }
}
control Deparse(packet_out packet, inout headers_t headers, in metadata_t metadata) {
  Digest<told_t>(1) told;
  Mirror(1) mirror;
  apply { ${deparser} packet.emit(headers); }
}
parser Parse2(packet_in p, out headers_t h, out metadata_t m) { state start { m = { 0, 0, 0 }; transition accept; } }
control Run2(inout headers_t h, inout metadata_t m, in egress_intrinsic_metadata_t i) { apply {} }
control Deparse2(packet_out p, inout headers_t h, in metadata_t m) { apply {} }
Pipeline(Parse(), Run(), Deparse(), Parse2(), Run2(), Deparse2()) pipe;
Switch(pipe) main;
`,
  );
  return tnaViolations(lowerTna(front));
}

const REGISTER = `Register<bit<32>, bit<8>>(256, 0) cells;
  RegisterAction<bit<32>, bit<8>, bit<32>>(cells) add = { void apply(inout bit<32> cell, out bit<32> was) { was = cell; cell = cell + 1; } };
  RegisterAction<bit<32>, bit<8>, bit<32>>(cells) get = { void apply(inout bit<32> cell, out bit<32> was) { was = cell; } };`;

test('a register is accessed once by a packet, on one path or another', (t) => {
  const branches =
    'if (headers.h.d == 1) { metadata.a = add.execute(0); } else { metadata.a = get.execute(0); }';
  t.deepEqual(violations({ locals: REGISTER, apply: branches }), []);
  t.deepEqual(violations({ locals: REGISTER, apply: `${branches} metadata.b = get.execute(1);` }), [
    'Run.cells: accessed 2 times by one packet',
  ]);
});

test("the first generation's parser writes no field twice", (t) => {
  const twice = (again: string) =>
    violations({
      state: 'metadata.a = headers.h.a; transition select(headers.h.d) { 1: again; default: accept; }',
      states: `state again { ${again} transition accept; }`,
    });
  // `next` is one with `start`, the only state in front of it.
  t.deepEqual(twice('metadata.b = headers.h.b;'), []);
  t.deepEqual(twice('metadata.a = headers.h.b;'), [
    'Parse.again: writes metadata.a, which start has written',
  ]);
  t.deepEqual(twice('metadata.a = 0;'), ['Parse.again: writes metadata.a, which start has written']);
  // Bits side by side, the same constant again, and what has been cleared only.
  t.deepEqual(violations({ state: 'metadata.a[15:0] = 1; metadata.a[31:16] = 2; transition accept;' }), []);
  t.deepEqual(violations({ state: 'metadata.type = 1; metadata.type = 1; transition accept;' }), []);
});

test('a parser does not move a field by different bits', (t) => {
  const state = (second: string) =>
    `transition select(headers.h.d) { 1: one; default: two; } } state one { metadata.b = headers.h.a; transition accept; }
     state two { metadata.b[8:0] = ${second}; transition accept;`;
  const headers = 'bit<9> low; bit<7> pad; bit<7> pad2; bit<9> high;';
  t.deepEqual(violations({ state: state('headers.h.high'), headers }), []);
  t.deepEqual(violations({ state: state('headers.h.low'), headers }), [
    'Parse.two: moves metadata.b by other bits than one does',
  ]);
});

test('the actions of a register read two fields', (t) => {
  const writing = (name: string, field: string) =>
    `RegisterAction<bit<32>, bit<8>, bit<32>>(cells) ${name} = { void apply(inout bit<32> cell, out bit<32> was) { was = cell; cell = ${field}; } };`;
  const two = `${REGISTER} ${writing('x', 'metadata.a')} ${writing('y', 'headers.h.a')}`;
  t.deepEqual(violations({ locals: two }), []);
  t.deepEqual(violations({ locals: `${two} ${writing('z', 'metadata.b')}` }), [
    'Run.cells: its actions read metadata.a, headers.h.a, metadata.b',
  ]);
});

test('an action takes fields off its data, and not its data off fields', (t) => {
  const table = (difference: string) => `action set(bit<32> data) { metadata.a = ${difference}; }
    table asked { key = { headers.h.a : exact; } actions = { set; } default_action = set(0); }`;
  const apply = 'asked.apply();';
  t.deepEqual(violations({ locals: table('data |-| headers.h.b'), apply }), []);
  t.deepEqual(violations({ locals: table('headers.h.b |-| data'), apply }), [
    "Run.set: takes its parameter off a field with '|-|'",
  ]);
});

test('one table leads 32 bits of hashes and random numbers to its action', (t) => {
  const locals = `Hash<bit<15>>(HashAlgorithm_t.CRC16) index; Hash<bit<32>>(HashAlgorithm_t.CRC32) tag; bit<15> slot;
    action choose() { metadata.b = tag.get({ headers.h.a }); }
    table chosen { actions = { choose; } const default_action = choose(); }`;
  const [first, second] = ['slot = index.get({ headers.h.a });', 'metadata.a = tag.get({ headers.h.a });'];
  t.deepEqual(violations({ locals, apply: `chosen.apply(); ${first}` }), []);
  t.deepEqual(violations({ locals, apply: `${first} chosen.apply(); ${second}` }), []);
  t.deepEqual(violations({ locals, apply: `${first} ${second}` }), [
    'Run: 48 bits of hashes and random numbers in one table',
  ]);
  // What is put into 16 bits of 32 takes 32: that is how wide the container is.
  const drawn = `Random<bit<16>>() random; action draw() { headers.h.b[15:0] = random.get(); ${first} }
    table drawn { actions = { draw; } const default_action = draw(); }`;
  t.deepEqual(violations({ locals: `${locals} ${drawn}`, apply: 'drawn.apply();' }), [
    'Run.draw: 48 bits of hashes and random numbers in one table',
  ]);
});

test('no division', (t) => {
  t.deepEqual(violations({ apply: 'metadata.a = headers.h.a * headers.h.b;' }), ["Run: '*'"]);
});

test('no comparison of two fields, no condition on more than 44 bits', (t) => {
  t.deepEqual(violations({ apply: 'if (headers.h.a[7:0] == headers.h.b[7:0]) { metadata.a = 1; }' }), [
    "Run: compares two fields with '=='",
  ]);
  t.deepEqual(violations({ apply: 'if (headers.h.a == 1 && headers.h.d == 2) { metadata.a = 1; }' }), []);
  t.deepEqual(violations({ apply: 'if (headers.h.c == 1) { metadata.a = 1; }' }), [
    'Run: a condition on 48 bits',
  ]);
  t.deepEqual(violations({ apply: 'if (headers.h.c > 1) { metadata.a = 1; }' }), [
    'Run: orders more than 32 bits',
    'Run: a condition on 48 bits',
  ]);
});

test('keys: ranges of 32 bits, 128 bytes exact, 66 ternary; a table stands in one place', (t) => {
  const table = (keys: string) => `table t { key = { ${keys} } actions = { NoAction; } size = 4; }`;
  const apply = 't.apply();';
  t.deepEqual(violations({ locals: table('headers.h.c : range;'), apply }), ['Run.t: a range of 48 bits']);
  const headers = 'bit<512> w1; bit<512> w2; bit<8> w3;';
  const wide = 'headers.h.w1 : exact; headers.h.w2 : exact;';
  t.deepEqual(violations({ headers, locals: table(wide), apply }), []);
  t.deepEqual(violations({ headers, locals: table(`${wide} headers.h.w3 : exact;`), apply }), [
    'Run.t: a key of 129 bytes',
  ]);
  t.deepEqual(
    violations({ headers, locals: table('headers.h.w1 : ternary; headers.h.a : ternary;'), apply }),
    ['Run.t: a key of 68 bytes'],
  );
  t.deepEqual(
    violations({
      locals: table('headers.h.d : exact;'),
      apply: 't.apply(); if (metadata.a == 1) { t.apply(); }',
    }),
    ['Run.t: applied in 2 places'],
  );
});

test('an action does not use what it has just written', (t) => {
  const table = 'table t { key = { headers.h.d : exact; } actions = { a; } default_action = a(); size = 4; }';
  t.deepEqual(
    violations({
      locals: `action a() { metadata.a = metadata.b; metadata.b = headers.h.a; } ${table}`,
      apply: 't.apply();',
    }),
    [],
  );
  t.deepEqual(
    violations({
      locals: `action a() { metadata.a = metadata.a + headers.h.a; metadata.b = metadata.a + 1; } ${table}`,
      apply: 't.apply();',
    }),
    ['Run.a: uses metadata.a, which it has just written'],
  );
});

test('digests of 48 bytes, mirror headers of 32', (t) => {
  t.deepEqual(violations({ deparser: 'if (metadata.type == 1) { told.pack({ 1, 2, 3 }); }' }), [
    'Deparse: a digest of 49 bytes',
  ]);
  t.deepEqual(violations({ deparser: 'if (metadata.type == 1) { mirror.emit<mirrored_t>(1, { 1, 2 }); }' }), [
    'Deparse: a mirror header of 33 bytes',
  ]);
});

test('a parser selects by 32 bits of the packet, and computes nothing', (t) => {
  const select = (keys: string) => `transition select(${keys}) { 1: reject; default: accept; }`;
  t.deepEqual(violations({ state: select('headers.h.c') }), ['Parse.start: selects by 48 bits']);
  t.deepEqual(violations({ state: `metadata.a = headers.h.a; ${select('metadata.a')}` }), [
    'Parse.start: selects by what is not in the packet',
  ]);
  t.deepEqual(violations({ state: 'metadata.a = headers.h.a + 1; transition accept;' }), [
    "Parse.start: computes '+'",
  ]);
});

test('no header of variable length', (t) => {
  t.deepEqual(violations({ more: 'v_t v;' }), ['v_t: a header of variable length']);
});
