/** `moor trace` as its users run it: programs, entries of each form, packets of each form, running switches. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { makeP4Info } from '../codegen/backends/p4info/index.ts';
import { compileFrontEnd } from '../codegen/compile.ts';
import { compileBmv2 } from '../codegen/compile-bmv2.ts';
import { libraryDirectory, nodeFileSystem } from '../codegen/library.ts';
import { SourceFile } from '../codegen/syntax/source.ts';
import { SwitchClient } from '../p4runtime/client/index.ts';
import { P4Info } from '../p4runtime/gen/p4/config/v1/p4info.ts';
import { WriteRequest } from '../p4runtime/gen/p4/v1/p4runtime.ts';
import { buildSchema } from '../p4runtime/schema/index.ts';
import { parseText } from '../p4runtime/text/index.ts';
import { captureHeader, captureRecord } from '../switch/ports/pcap.ts';
import { makeEngineDevice, startServer } from '../switch/server/index.ts';

const bin = join(process.cwd(), 'dist/bin.js');

function directory(t: ExecutionContext, files: { readonly [name: string]: string | Uint8Array } = {}) {
  const made = mkdtempSync(join(tmpdir(), 'moor-trace-'));
  t.teardown(() => rmSync(made, { recursive: true }));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(made, name), content);
  return made;
}

async function trace(cwd: string, ...words: readonly string[]) {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [bin, 'trace', ...words], {
    cwd,
    reject: false,
    stdin: 'ignore',
  });
  return { exitCode, stdout, stderr };
}

const forward = join(process.cwd(), 'docs/examples/forward.p4');
const forwardStf = join(process.cwd(), 'docs/examples/forward.stf');
const ipv4 = (destination: string) =>
  `020000000001 020000000002 0800 4500001c 00000000 4011 0000 c0a80001 ${destination} 0102030400080000`;

test('a program with the entries of its test: what is hit, what would nearly have been', async (t) => {
  const words = ['--entries', forwardStf, '--port', '0', '--hex', ipv4('0a010203'), '-x', ipv4('0b010203')];
  const { stdout, stderr, exitCode } = await trace(directory(t), forward, ...words);
  t.is(stderr, '');
  t.is(exitCode, 0);
  const [hit = '', miss = '', ...more] = stdout.split('\n\n');
  t.deepEqual(more, []);
  t.regex(hit, /^packet of 42 bytes on port 0: 020000000001/);
  t.true(
    hit.includes(
      'table Route.routes (headers.ipv4.destination 0xa010203): entry 1 (headers.ipv4.destination 0xa010000/16)\n    action Route.forward(next_hop 0x20000000a01, port 0x3)',
    ),
    hit,
  );
  // What forward.stf expects of this packet.
  t.true(
    hit.endsWith(
      'output by port 3: 020000000a0102000000000108004500001c000000003f11af24c0a800010a0102030102030400080000',
    ),
  );
  t.true(
    miss.includes(
      ': miss, no entry matches\n      nearest is entry 1: headers.ipv4.destination is 0xb010203, the entry has 0xa010000/16',
    ),
    miss,
  );
  t.true(miss.endsWith('dropped: egress_spec is the drop port at the end of ingress'));
});

/** One of everything that decides about a packet's way, and that P4Runtime can write. */
const PROGRAM = `
#include <core.p4>
#include <v1model.p4>
header h_t { bit<8> kind; bit<8> a; bit<8> b; bit<8> seen; bit<8> color; }
struct headers_t { h_t h; }
struct meta_t { @field_list(1) bit<8> x; }
parser P(packet_in p, out headers_t h, inout meta_t m, inout standard_metadata_t s) {
  value_set<bit<8>>(4) vips;
  state start { p.extract(h.h); transition select(h.h.kind) { vips: vip; default: accept; } }
  state vip { m.x = 1; transition accept; }
}
control V(inout headers_t h, inout meta_t m) { apply {} }
control I(inout headers_t h, inout meta_t m, inout standard_metadata_t s) {
  register<bit<8>>(4) last;
  direct_meter<bit<8>>(MeterType.packets) rate;
  action drop() { mark_to_drop(s); }
  action send(bit<9> port) { s.egress_spec = port; }
  action metered(bit<9> port) { rate.read(h.h.color); s.egress_spec = port; }
  action copies(bit<16> group) { s.mcast_grp = group; }
  action mirror() { clone_preserving_field_list(CloneType.I2E, 7, 1); s.egress_spec = 1; }
  action_selector(HashAlgorithm.crc16, 16, 8) next;
  table hops { key = { h.h.b: exact; h.h.a: selector; } actions = { send; drop; } implementation = next; size = 8; }
  table acl { key = { h.h.a: ternary; h.h.b: range; } actions = { send; copies; mirror; NoAction; } size = 8; default_action = NoAction(); }
  table metering { key = { h.h.a: lpm; } actions = { metered; NoAction; } meters = rate; size = 8; }
  table fixed { key = { h.h.kind: exact; } actions = { send; NoAction; } const entries = { 9: send(9); } const default_action = NoAction(); }
  table begins { key = { h.h.kind: exact; } actions = { send; NoAction; } entries = { 8: send(8); } }
  apply {
    last.read(h.h.seen, 2);
    if (m.x == 1) hops.apply(); else acl.apply();
    metering.apply();
    fixed.apply();
    begins.apply();
  }
}
control E(inout headers_t h, inout meta_t m, inout standard_metadata_t s) { apply {} }
control C(inout headers_t h, inout meta_t m) { apply {} }
control D(packet_out p, in headers_t h) { apply { p.emit(h.h); } }
V1Switch(P(), V(), I(), E(), C(), D()) main;
`;

/** Names stand for ids, which the text has to have. */
const ENTRIES = `
updates { type: INSERT entity { action_profile_member { action_profile_id: I.next member_id: 1
  action { action_id: I.send params { param_id: 1 value: "\\004" } } } } }
updates { type: INSERT entity { action_profile_member { action_profile_id: I.next member_id: 2
  action { action_id: I.send params { param_id: 1 value: "\\005" } } } } }
updates { type: INSERT entity { action_profile_group { action_profile_id: I.next group_id: 3 max_size: 4
  members { member_id: 1 weight: 1 watch_port: "\\001" } members { member_id: 2 weight: 2 } } } }
updates { type: INSERT entity { table_entry { table_id: I.hops
  match { field_id: 1 exact { value: "\\001" } } action { action_profile_group_id: 3 } } } }
updates { type: INSERT entity { table_entry { table_id: I.acl priority: 5
  match { field_id: 1 ternary { value: "\\020" mask: "\\360" } } match { field_id: 2 range { low: "\\002" high: "\\004" } }
  action { action { action_id: I.copies params { param_id: 1 value: "\\001" } } } } } }
updates { type: INSERT entity { table_entry { table_id: I.acl priority: 6
  match { field_id: 1 ternary { value: "\\021" mask: "\\377" } } action { action { action_id: I.mirror } } } } }
updates { type: MODIFY entity { table_entry { table_id: I.acl is_default_action: true
  action { action { action_id: I.send params { param_id: 1 value: "\\006" } } } } } }
updates { type: INSERT entity { table_entry { table_id: I.metering
  match { field_id: 1 lpm { value: "\\100" prefix_len: 4 } }
  action { action { action_id: I.metered params { param_id: 1 value: "\\002" } } }
  meter_config { cir: 1 cburst: 1 pir: 1 pburst: 2 } } } }
updates { type: DELETE entity { table_entry { table_id: I.begins match { field_id: 1 exact { value: "\\010" } } } } }
updates { type: MODIFY entity { register_entry { register_id: I.last index { index: 2 } data { bitstring: "\\252" } } } }
updates { type: MODIFY entity { value_set_entry { value_set_id: P.vips
  members { match { field_id: 1 exact { value: "\\007" } } } } } }
updates { type: INSERT entity { packet_replication_engine_entry { multicast_group_entry {
  multicast_group_id: 1 replicas { port: "\\001" instance: 1 } replicas { port: "\\002" instance: 2 } } } } }
updates { type: INSERT entity { packet_replication_engine_entry { clone_session_entry {
  session_id: 7 replicas { port: "\\003" instance: 1 } } } } }
`;

/** What each packet has to cause, by hand: ports, then the whole of it. The register has 0xaa. */
const CASES: readonly (readonly [string, readonly string[]])[] = [
  ['0311030000', ['3 0311030000', '1 031103aa00']],
  ['0312030000', ['1 031203aa00', '2 031203aa00']],
  ['0312050000', ['6 031205aa00']],
  ['0941000000', ['9 094100aa00']],
  ['0341000000', ['2 034100aa01']],
  ['0841000000', ['2 084100aa02']],
];

function compile() {
  const front = compileFrontEnd(new SourceFile('p.p4', PROGRAM), {
    includeDirectories: [],
    libraryDirectory: libraryDirectory(),
    defines: [],
    fileSystem: nodeFileSystem,
  });
  const json = compileBmv2(front);
  const p4info = makeP4Info(front)?.p4info;
  if (json === undefined || p4info === undefined) throw new Error('the program is wrong');
  const schema = buildSchema(p4info);
  const entries = ENTRIES.replaceAll(/\b[IP]\.\w+/g, (name) => {
    for (const kind of [
      schema.tables,
      schema.actions,
      schema.actionProfiles,
      schema.registers,
      schema.valueSets,
    ]) {
      const found = kind.find(name);
      if (found !== undefined) return String(found.id);
    }
    return name;
  });
  return { json: JSON.stringify(json), p4info, entries };
}

function outputsOf(line: string): readonly string[] {
  const outputs: string[] = [];
  const walk = (pass: { steps: { kind: string; port: number; bytes: string }[]; follows: unknown[] }) => {
    for (const step of pass.steps) if (step.kind === 'output') outputs.push(`${step.port} ${step.bytes}`);
    for (const follows of pass.follows) walk(follows as typeof pass);
  };
  walk(JSON.parse(line).pass);
  return outputs;
}

test('P4Runtime entries and capture files; traces in JSON are as the schema says', async (t) => {
  const { entries } = compile();
  const capture = Buffer.concat([
    captureHeader(),
    ...CASES.map(([hex]) => captureRecord(Uint8Array.from(Buffer.from(hex, 'hex')), 0n)),
  ]);
  const cwd = directory(t, { 'p.p4': PROGRAM, 'e.txtpb': entries, 'in.pcap': capture });
  const result = await trace(cwd, 'p.p4', '-e', 'e.txtpb', '--pcap', 'in.pcap', '--port', '1', '--json');
  t.is(result.stderr, '');
  t.is(result.exitCode, 0);
  const lines = result.stdout.split('\n');
  t.is(lines.length, CASES.length);
  const schema: object = JSON.parse(readFileSync('docs/trace.schema.json', 'utf8'));
  const validate = new Ajv({ strict: false }).compile(schema);
  for (const [index, [, expected]] of CASES.entries()) {
    const line = lines[index] ?? '{}';
    t.true(validate(JSON.parse(line)), JSON.stringify(validate.errors));
    t.deepEqual(outputsOf(line), expected);
  }
  t.regex(
    lines[1] ?? '',
    /"matches":\[\{"name":"h\.h\.a","entry":"0x10 &&& 0xf0"\},\{"name":"h\.h\.b","entry":"0x2\.\.0x4"\}\],"priority":5/,
  );
});

test('a running switch: program and everything in it by P4Runtime, the packets in a copy', async (t) => {
  const { json, p4info, entries } = compile();
  const sent: string[] = [];
  const device = makeEngineDevice({
    ports: () => new Map([1, 2, 3, 4, 5, 6].map((port) => [port, `veth${port}`])),
    transmit: (packets) => {
      for (const { port, bytes } of packets) sent.push(`${port} ${Buffer.from(bytes).toString('hex')}`);
    },
    optimization: 'none',
  });
  const config = { p4info, p4DeviceConfig: Buffer.from(json), cookie: undefined };
  const server = await startServer({ device, deviceId: 1n, address: '127.0.0.1:0', config });
  const target = `127.0.0.1:${server.port}`;
  const client = new SwitchClient({ target, deviceId: 1n });
  t.teardown(async () => {
    client.close();
    await server.close();
  });
  await client.arbitrate(1n);
  await client.write(WriteRequest.decode(parseText('p4.v1.WriteRequest', entries)).updates);

  const selected = ['07aa010000', '07ab010000', '07ac010000', '07ad010000'];
  const packets = [...CASES.map(([hex]) => hex), ...selected];
  const words = packets.flatMap((hex) => ['--hex', hex]);
  const cwd = directory(t, {
    'more.stf': 'add I.fixed h.h.kind:3 send(port:1)',
    'what-if.stf': 'setdefault I.acl I.drop()',
  });
  const result = await trace(cwd, '--target', target, '--port', '1', '--json', ...words);
  t.is(result.stderr, '');
  t.is(result.exitCode, 0);
  t.deepEqual(sent, []);
  const traced = result.stdout.split('\n').map(outputsOf);
  t.deepEqual(
    traced.slice(0, CASES.length),
    CASES.map(([, expected]) => expected),
  );
  // The copy chooses members of groups as the switch itself does.
  for (const hex of packets) device.receive([{ port: 1, bytes: Uint8Array.from(Buffer.from(hex, 'hex')) }]);
  t.deepEqual(traced.flat(), sent);
  t.true(traced.slice(CASES.length).every(([one = '', ...more]) => more.length === 0 && /^[45] /.test(one)));

  // What if there were another entry?
  writeFileSync(join(cwd, 'if.stf'), 'add I.begins h.h.kind:3 I.send(port:1)');
  const asked = await trace(
    cwd,
    '--target',
    target,
    '--port',
    '1',
    '-e',
    'if.stf',
    '--json',
    '--hex',
    '0312050000',
  );
  t.deepEqual(outputsOf(asked.stdout), ['1 031205aa00'], asked.stderr);
  t.is((await trace(cwd, '--target', target, '--device-id', '2', '--port', '1', '--hex', '03')).exitCode, 1);
});

test('what is wrong: the exit code, and what to do', async (t) => {
  const json = compile().json;
  const cwd = directory(t, {
    'p.json': json,
    'no.json': '{"header_types": 3}',
    'wrong.p4': 'header',
    'bad.stf': 'add I.acl h.h.a:1 I.send(port:1)\nadd I.nothing a:1 b()',
    'bad.txtpb': 'updates { frob: 1 }',
    'x.txtpb': 'updates { type: INSERT }',
    'not.pcap': 'not at all',
    'p.p4': PROGRAM,
  });
  const cases: readonly (readonly [number, RegExp, readonly string[]])[] = [
    [2, /exclude each other/, ['p.json', '--target', '127.0.0.1:1', '--port', '1', '--hex', '00']],
    [2, /give a packet with --hex BYTES or --pcap FILE/, ['p.json', '--port', '1']],
    [2, /--port/, ['p.json', '--hex', '00']],
    [2, /two hexadecimal digits for each byte: there are 3/, ['p.json', '--port', '1', '--hex', '000']],
    [1, /no\.json: .*header_types/, ['no.json', '--port', '1', '--hex', '00']],
    [1, /wrong\.p4:1:\d+: error\[P4/, ['wrong.p4', '--port', '1', '--hex', '00']],
    [
      1,
      /bad\.stf:2: error: there is no table 'I\.nothing'/,
      ['p.json', '-e', 'bad.stf', '-p', '1', '-x', '00'],
    ],
    [1, /bad\.txtpb: no entries of P4Runtime: .*frob/, ['p.json', '-e', 'bad.txtpb', '-p', '1', '-x', '00']],
    [
      1,
      /x\.txtpb: .*--p4info FILE, or write them as STF/,
      ['p.json', '-e', 'x.txtpb', '-p', '1', '-x', '00'],
    ],
    [1, /x\.txtpb: update 1: INVALID_ARGUMENT: entity: /, ['p.p4', '-e', 'x.txtpb', '-p', '1', '-x', '00']],
    [1, /not\.pcap: the file is no capture file/, ['p.json', '--pcap', 'not.pcap', '-p', '1']],
    [3, /127\.0\.0\.1:1: no P4Runtime server answers/, ['--target', '127.0.0.1:1', '-p', '1', '-x', '00']],
  ];
  for (const [exitCode, message, words] of cases) {
    const result = await trace(cwd, ...words);
    t.is(result.exitCode, exitCode, `${words.join(' ')}: ${result.stderr}`);
    t.regex(result.stderr, message);
    t.is(result.stdout, '');
  }
});

test('a running switch whose registers have more cells than a call takes arguments', async (t) => {
  const device = makeEngineDevice({ ports: () => new Map(), transmit: () => {}, optimization: 'none' });
  const p4DeviceConfig = readFileSync('p4/golden/v1model.json');
  const text = readFileSync('p4/golden/v1model.p4info.txtpb', 'utf8');
  const p4info = P4Info.decode(parseText('p4.config.v1.P4Info', text));
  const config = { p4info, p4DeviceConfig, cookie: undefined };
  const server = await startServer({ device, deviceId: 1n, address: '127.0.0.1:0', config });
  t.teardown(() => server.close());
  const words = ['--port', '1', '--hex', '020000000001020000000002080045'];
  const result = await trace(directory(t, {}), '--target', `127.0.0.1:${server.port}`, ...words);
  t.is(result.exitCode, 0, result.stderr);
  t.regex(result.stdout, /dropped/);
});
