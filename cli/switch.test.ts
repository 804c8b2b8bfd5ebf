/** `moor switch` as its users run it: a program with one of everything, controlled over P4Runtime. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { SwitchClient } from '../p4runtime/client/index.ts';
import {
  type Entity,
  GetForwardingPipelineConfigRequest_ResponseType,
  SetForwardingPipelineConfigRequest_Action,
  type Update,
} from '../p4runtime/gen/p4/v1/p4runtime.ts';
import { buildSchema } from '../p4runtime/schema/index.ts';
import { readCapture } from '../switch/ports/index.ts';
import { CLIENT_KEY, SERVER_CERTIFICATE } from '../switch/server/testing/certificates.ts';
import {
  bytes,
  call,
  entity,
  entry,
  insert,
  modify,
  next,
  readAll,
  readEntries,
} from '../switch/server/testing/harness.ts';

const bin = join(process.cwd(), 'dist/bin.js');

// A packet-out for port 0 goes through the tables, so that tests can send packets through them.
const PROGRAM = `
#include <core.p4>
#include <v1model.p4>
header ethernet_t { bit<48> dst; bit<48> src; bit<16> type; }
header ipv4_t { bit<4> version; bit<4> ihl; bit<8> tos; bit<16> len; bit<16> id; bit<16> frag; bit<8> ttl; bit<8> proto; bit<16> csum; bit<32> src; bit<32> dst; }
@controller_header("packet_in") header packet_in_t { bit<9> ingress_port; bit<7> pad; }
@controller_header("packet_out") header packet_out_t { bit<9> egress_port; bit<7> pad; }
struct headers_t { packet_in_t pin; packet_out_t pout; ethernet_t eth; ipv4_t ipv4; }
struct meta_t { bit<8> x; }
struct learn_t { bit<48> mac; bit<9> port; }
parser P(packet_in p, out headers_t h, inout meta_t m, inout standard_metadata_t s) {
  state start { transition select(s.ingress_port) { 255: out_; default: eth; } }
  state out_ { p.extract(h.pout); transition eth; }
  state eth { p.extract(h.eth); transition select(h.eth.type) { 0x800: ip; default: accept; } }
  state ip { p.extract(h.ipv4); transition accept; }
}
control V(inout headers_t h, inout meta_t m) { apply {} }
control I(inout headers_t h, inout meta_t m, inout standard_metadata_t s) {
  counter(256, CounterType.packets_and_bytes) port_counter;
  direct_counter(CounterType.packets_and_bytes) route_counter;
  register<bit<48>>(256) last_seen;
  action drop() { mark_to_drop(s); }
  action forward(bit<9> port, bit<48> dmac) { s.egress_spec = port; h.eth.dst = dmac; route_counter.count(); }
  action punt() { s.egress_spec = 255; }
  table routes { key = { h.ipv4.dst: lpm; } actions = { forward; punt; drop; } counters = route_counter; default_action = punt(); size = 1024; support_timeout = true; }
  action permit() {}
  table acl { key = { h.ipv4.src: ternary; h.ipv4.proto: optional; } actions = { permit; drop; NoAction; } size = 128; default_action = NoAction(); }
  action set_port(bit<9> port) { s.egress_spec = port; }
  action_selector(HashAlgorithm.crc16, 128, 16) sel;
  table ecmp { key = { h.eth.type: exact; h.ipv4.src: selector; } actions = { set_port; } implementation = sel; size = 16; }
  table five { key = { h.ipv4.src: exact; h.ipv4.dst: exact; h.ipv4.proto: exact; h.ipv4.id: exact; } actions = { permit; drop; NoAction; } size = 1000000; default_action = NoAction(); }
  apply {
    if (h.pout.isValid() && h.pout.egress_port != 0) { s.egress_spec = h.pout.egress_port; h.pout.setInvalid(); }
    else {
      h.pout.setInvalid();
      port_counter.count((bit<32>) s.ingress_port);
      last_seen.write((bit<32>) s.ingress_port, h.eth.src);
      digest<learn_t>(1, { h.eth.src, s.ingress_port });
      if (h.ipv4.isValid()) { routes.apply(); acl.apply(); five.apply(); ecmp.apply(); }
    }
  }
}
control E(inout headers_t h, inout meta_t m, inout standard_metadata_t s) { apply { if (s.egress_port == 255) { h.pin.setValid(); h.pin.ingress_port = s.ingress_port; h.pin.pad = 0; } } }
control C(inout headers_t h, inout meta_t m) { apply {} }
control D(packet_out p, in headers_t h) { apply { p.emit(h.pin); p.emit(h.eth); p.emit(h.ipv4); } }
V1Switch(P(), V(), I(), E(), C(), D()) main;
`;

/** Starts `moor switch`; ends when the test does. */
async function start(t: ExecutionContext, ...words: readonly string[]) {
  const directory = mkdtempSync(join(tmpdir(), 'moor-switch-'));
  const path = (name: string) => join(directory, name);
  writeFileSync(path('program.p4'), PROGRAM);
  const child = execa('node', [bin, 'switch', '--grpc', '127.0.0.1:0', ...words], {
    cwd: directory,
    reject: false,
    stdin: 'ignore',
    forceKillAfterDelay: 60_000,
  });
  t.teardown(async () => {
    child.kill();
    await child;
    rmSync(directory, { recursive: true });
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value } = await lines.next();
  const [, target] = /^P4Runtime at (.*)$/.exec(String(value)) ?? [];
  if (target === undefined) throw new Error(`it did not start: ${(await child).stderr}`);
  const client = new SwitchClient({ target, deviceId: 1n, timeoutMs: 60_000 });
  t.teardown(() => client.close());
  await client.arbitrate(1n);
  const config = await client.getPipeline(GetForwardingPipelineConfigRequest_ResponseType.ALL);
  if (config?.p4info === undefined) throw new Error('no P4Info');
  return { child, client, config, schema: buildSchema(config.p4info), path };
}

/** Ethernet and IPv4 without options; the program looks at nothing behind. */
function packet(source: string, destination: string, proto = 17): Uint8Array {
  return Buffer.from(
    `0200000000010200000000020800450000140001000040${proto.toString(16).padStart(2, '0')}0000${source}${destination}`,
    'hex',
  );
}

const plain = (value: Uint8Array | undefined) => Buffer.from(value ?? []).toString('hex');

test('everything that P4Runtime has, through the engine', async (t) => {
  const { child, client, config, schema, path } = await start(
    t,
    'program.p4',
    '--cpu-port',
    '255',
    '-i',
    '1=pcap:,out1.pcap',
    '-i',
    '2=pcap:,out2.pcap',
  );
  const id = (name: string) => schema.tables.get(name).id;
  const action = (name: string) => schema.actions.get(name).id;
  const forward = call(action('forward'), [1], [2, 0, 0, 0, 0, 9]);
  const route = {
    tableId: id('routes'),
    match: [
      { fieldId: 1, fieldMatchType: { $case: 'lpm', value: { value: bytes(10, 0, 0, 0), prefixLen: 8 } } },
    ],
    action: forward,
    idleTimeoutNs: 3_600_000_000_000n,
  } as const;
  const acl = {
    tableId: id('acl'),
    priority: 7,
    match: [
      {
        fieldId: 1,
        fieldMatchType: { $case: 'ternary', value: { value: bytes(10, 0, 0, 0), mask: bytes(255, 0, 0, 0) } },
      },
      { fieldId: 2, fieldMatchType: { $case: 'optional', value: { value: bytes(6) } } },
    ],
    action: call(action('drop')),
  } as const;
  const oneShot = {
    tableId: id('ecmp'),
    match: [{ fieldId: 1, fieldMatchType: { $case: 'exact', value: { value: bytes(8, 0) } } }],
    action: {
      type: {
        $case: 'actionProfileActionSet',
        value: {
          actionProfileActions: [
            {
              action: { actionId: action('set_port'), params: [{ paramId: 1, value: bytes(2) }] },
              weight: 2,
              watchKind: { $case: 'watchPort', value: bytes(2) },
            },
          ],
        },
      },
    },
  } as const;
  const digest = schema.digests.get('learn_t').id;
  const multicast = entity({
    entity: {
      $case: 'packetReplicationEngineEntry',
      value: {
        type: {
          $case: 'multicastGroupEntry',
          value: {
            multicastGroupId: 1,
            replicas: [{ portKind: { $case: 'port', value: bytes(1) }, instance: 3 }],
          },
        },
      },
    },
  });
  const updates: Update[] = [
    insert(entry(route)),
    insert(entry(acl)),
    insert(
      entity({ entity: { $case: 'digestEntry', value: { digestId: digest, config: { maxListSize: 1 } } } }),
    ),
    insert(multicast),
    modify(entry({ tableId: id('five'), isDefaultAction: true, action: call(action('permit')) })),
  ];
  await client.write(updates);
  t.like((await readEntries(client, { tableId: id('acl') }))[0], {
    match: acl.match,
    priority: 7,
    action: acl.action,
  });
  t.like((await readEntries(client, { tableId: id('five'), isDefaultAction: true }))[0], {
    action: call(action('permit')),
  });

  // A packet for the route leaves by port 1 with its new destination, is counted, learned and remembered.
  const digests = client.digests();
  const through = {
    metadata: [
      { metadataId: 1, value: bytes(0) },
      { metadataId: 2, value: bytes(0) },
    ],
  };
  const packets = client.packets();
  /** Packets of a stream are taken in order: when this one has come back, those before it are through. */
  const barrier = async () => {
    const metadata = [
      { metadataId: 1, value: bytes(255) },
      { metadataId: 2, value: bytes(0) },
    ];
    client.sendPacket({ metadata, payload: bytes(9, 9) });
    t.is(plain((await next(packets)).payload), '0909');
  };
  client.sendPacket({ ...through, payload: packet('0b000001', '0a000001') });
  const list = await next(digests);
  t.is(list.data.length, 1);
  const [counted] = await readEntries(client, {
    tableId: id('routes'),
    counterData: {},
    timeSinceLastHit: {},
  });
  t.deepEqual(counted?.counterData, { packetCount: 1n, byteCount: 36n });
  const register = { registerId: schema.registers.get('last_seen').id, index: { index: 255n } };
  const [seen] = await readAll(client, entity({ entity: { $case: 'registerEntry', value: register } }));
  t.is(
    seen?.entity?.$case === 'registerEntry' && seen.entity.value.data?.data?.$case === 'bitstring'
      ? plain(seen.entity.value.data.data.value)
      : '',
    '020000000002',
  );
  // One for the acl is dropped; one for no route comes to the controller; one straight to port 2.
  client.sendPacket({ ...through, payload: packet('0a000001', '0a000001', 6) });
  client.sendPacket({ ...through, payload: packet('0b000001', '0c000001') });
  const punted = await next(packets);
  t.is(plain(punted.payload), plain(packet('0b000001', '0c000001')));
  t.deepEqual(
    punted.metadata.map(({ value }) => plain(value)),
    ['ff', '00'],
  );
  client.sendPacket({
    payload: bytes(1, 2, 3),
    metadata: [
      { metadataId: 1, value: bytes(2) },
      { metadataId: 2, value: bytes(0) },
    ],
  });
  // With the one-shot group, the route's packet leaves by port 2.
  await client.write([insert(entry(oneShot))]);
  t.deepEqual(
    (await readEntries(client, { tableId: id('ecmp') }))[0]?.action,
    entry(oneShot).entity?.$case === 'tableEntry' ? oneShot.action : undefined,
  );
  client.sendPacket({ ...through, payload: packet('0b000001', '0a000002') });
  await barrier();

  // The same program again, with all entries kept.
  const everything: readonly Entity[] = [entry({}), multicast];
  const before = (await readAll(client, ...everything)).length;
  await client.setPipeline(config, SetForwardingPipelineConfigRequest_Action.RECONCILE_AND_COMMIT);
  t.is((await readAll(client, ...everything)).length, before);
  client.sendPacket({ ...through, payload: packet('0b000001', '0a000003') });
  await barrier();

  child.kill('SIGTERM');
  const { exitCode, stderr } = await child;
  t.is(exitCode, 0, stderr);
  t.is(stderr, '');
  const sent = (name: string) =>
    readCapture(readFileSync(path(name))).packets.map(({ bytes: of }) => plain(of));
  const forwarded = (destination: string) =>
    plain(packet('0b000001', destination)).replace(/^020000000001/, '020000000009');
  t.deepEqual(sent('out1.pcap'), [forwarded('0a000001')]);
  t.deepEqual(sent('out2.pcap'), ['010203', forwarded('0a000002'), forwarded('0a000003')]);
});

test('what is wrong: the exit code, and what to do', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'moor-switch-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const path = (name: string) => join(directory, name);
  writeFileSync(path('wrong.p4'), 'header');
  writeFileSync(path('wrong.json'), '{"program": 1}');
  writeFileSync(path('cert.pem'), SERVER_CERTIFICATE);
  writeFileSync(path('key.pem'), CLIENT_KEY);
  const cases: readonly (readonly [number, RegExp, readonly string[]])[] = [
    [1, /wrong\.p4:1:\d+: error\[P4/, [path('wrong.p4')]],
    [1, /wrong\.json|JSON|parsers|header/, [path('wrong.json')]],
    [1, /nothing\.p4: cannot read it/, [path('nothing.p4')]],
    [2, /PORT=INTERFACE/, ['-i', 'veth0']],
    [2, /port 1 is given twice/, ['-i', '1=a', '-i', '1=b']],
    [2, /--tls-cert and --tls-key/, ['--tls-cert', 'x']],
    [
      1,
      /cert\.pem .*key\.pem: no key for its cert/,
      ['--tls-cert', path('cert.pem'), '--tls-key', path('key.pem')],
    ],
    [3, /nonesuch0/, ['-i', '1=nonesuch0']],
    [3, /in\.pcap/, ['-i', `1=pcap:${path('in.pcap')}`]],
  ];
  for (const [exitCode, message, words] of cases) {
    const result = await execa('node', [bin, 'switch', '--grpc', '127.0.0.1:0', ...words], {
      reject: false,
      stdin: 'ignore',
      timeout: 60_000,
    });
    t.is(result.exitCode, exitCode, `${words.join(' ')}: ${result.stderr}`);
    t.regex(result.stderr, message);
  }
});
