/** Programs, entries and packets that `npm run bench switch` measures with: one table each, between a parser and a deparser. */

import type { FieldMatch } from '../../switch/tables/index.ts';

/** Program text between parser and deparser; everything else is the same in all cases. */
export function programText(ingress: string, checksum: boolean): string {
  const fields = `{ h.ipv4.version, h.ipv4.ihl, h.ipv4.diffserv, h.ipv4.totalLength, h.ipv4.identification, h.ipv4.flags,
    h.ipv4.fragmentOffset, h.ipv4.ttl, h.ipv4.protocol, h.ipv4.source, h.ipv4.destination }`;
  const call = (name: string) =>
    checksum ? `${name}(h.ipv4.isValid(), ${fields}, h.ipv4.checksum, HashAlgorithm.csum16);` : '';
  return `#include <core.p4>
#include <v1model.p4>
header ethernet_t { bit<48> destination; bit<48> source; bit<16> type; }
header ipv4_t { bit<4> version; bit<4> ihl; bit<8> diffserv; bit<16> totalLength; bit<16> identification; bit<3> flags;
  bit<13> fragmentOffset; bit<8> ttl; bit<8> protocol; bit<16> checksum; bit<32> source; bit<32> destination; }
header tcp_t { bit<16> sourcePort; bit<16> destinationPort; bit<32> sequence; bit<32> acknowledgement; bit<4> dataOffset;
  bit<4> reserved; bit<8> flags; bit<16> window; bit<16> checksum; bit<16> urgent; }
struct headers_t { ethernet_t ethernet; ipv4_t ipv4; tcp_t tcp; }
struct metadata_t { }
parser BenchParse(packet_in packet, out headers_t h, inout metadata_t m, inout standard_metadata_t standard) {
  state start { packet.extract(h.ethernet); transition select(h.ethernet.type) { 0x0800: ipv4; default: accept; } }
  state ipv4 { packet.extract(h.ipv4); transition select(h.ipv4.protocol) { 6: tcp; default: accept; } }
  state tcp { packet.extract(h.tcp); transition accept; }
}
control BenchVerify(inout headers_t h, inout metadata_t m) { apply { ${call('verify_checksum')} } }
control BenchCompute(inout headers_t h, inout metadata_t m) { apply { ${call('update_checksum')} } }
control BenchIngress(inout headers_t h, inout metadata_t m, inout standard_metadata_t standard) {
  action drop() { mark_to_drop(standard); }
  action forward(bit<9> port) { standard.egress_spec = port; }
  action route(bit<9> port, bit<48> destination) {
    standard.egress_spec = port; h.ethernet.source = h.ethernet.destination; h.ethernet.destination = destination;
    h.ipv4.ttl = h.ipv4.ttl - 1;
  }
  ${ingress}
}
control BenchEgress(inout headers_t h, inout metadata_t m, inout standard_metadata_t standard) { apply { } }
control BenchDeparse(packet_out packet, in headers_t h) {
  apply { packet.emit(h.ethernet); packet.emit(h.ipv4); packet.emit(h.tcp); }
}
V1Switch(BenchParse(), BenchVerify(), BenchIngress(), BenchEgress(), BenchCompute(), BenchDeparse()) main;
`;
}

const TUPLE = `h.ipv4.source: KIND; h.ipv4.destination: KIND; h.ipv4.protocol: KIND; h.tcp.sourcePort: KIND;
  h.tcp.destinationPort: KIND;`;

function table(key: string, action: string, size: number): string {
  return `table t { key = { ${key} } actions = { ${action}; drop; } size = ${size}; const default_action = drop(); }
  apply { t.apply(); }`;
}

function number(value: number, bytes: number): Uint8Array {
  return Uint8Array.from(
    { length: bytes },
    (_, index) => Math.floor(value / 256 ** (bytes - 1 - index)) & 255,
  );
}

/** The fields of a packet that differ from packet to packet. */
export type Flow = {
  readonly destination: number;
  readonly source4: number;
  readonly destination4: number;
  readonly port: number;
};

/** A program with one table, its entries, and packets that hit them. */
export type Case = {
  readonly name: string;
  readonly ingress: string;
  readonly action: string;
  readonly values: readonly bigint[];
  readonly checksum: boolean;
  readonly entries: number;
  readonly flow: (index: number) => Flow;
  readonly matches: (flow: Flow) => readonly FieldMatch[];
};

function tupleFlow(index: number): Flow {
  return {
    destination: 0x0200_0000_0001,
    source4: 0x0a00_0000 + index,
    destination4: 0x0b00_0001,
    port: 1024 + (index % 60_000),
  };
}

function tuple(flow: Flow): readonly Uint8Array[] {
  return [
    number(flow.source4, 4),
    number(flow.destination4, 4),
    number(6, 1),
    number(flow.port, 2),
    number(80, 2),
  ];
}

/** Rules of an access list: source prefixes of a few lengths, and the port of the service or any. */
function rule(flow: Flow): readonly FieldMatch[] {
  const length = [16, 20, 24, 28, 32][flow.source4 % 5] ?? 32;
  const mask = 2 ** 32 - 2 ** (32 - length);
  const source: FieldMatch = {
    kind: 'ternary',
    value: number(Math.floor(flow.source4 / 2 ** (32 - length)) * 2 ** (32 - length), 4),
    mask: number(mask, 4),
  };
  const any: FieldMatch = { kind: 'any' };
  const port: FieldMatch =
    flow.source4 % 3 === 0 ? any : { kind: 'ternary', value: number(80, 2), mask: number(0xffff, 2) };
  return [source, any, { kind: 'ternary', value: number(6, 1), mask: number(0xff, 1) }, any, port];
}

/** What is measured beside the pipeline. */
export const CASES: readonly Case[] = [
  {
    name: 'layer 2, 4,096 addresses',
    ingress: table('h.ethernet.destination: exact;', 'forward', 4096),
    action: 'forward',
    values: [1n],
    checksum: false,
    entries: 4096,
    flow: (index) => ({ ...tupleFlow(index), destination: 0x0200_0000_0000 + index }),
    matches: (flow) => [{ kind: 'exact', value: number(flow.destination, 6) }],
  },
  {
    name: '5-tuple exact, 100,000 flows',
    ingress: table(TUPLE.replaceAll('KIND', 'exact'), 'forward', 100_000),
    action: 'forward',
    values: [1n],
    checksum: false,
    entries: 100_000,
    flow: tupleFlow,
    matches: (flow) => tuple(flow).map((value) => ({ kind: 'exact', value })),
  },
  {
    name: 'IPv4 router, 1,000,000 prefixes, checksums',
    ingress: table('h.ipv4.destination: lpm;', 'route', 1_000_000),
    action: 'route',
    values: [1n, 0x0200_0000_00ffn],
    checksum: true,
    entries: 1_000_000,
    // Prefixes of 24 bits one behind the other.
    flow: (index) => ({ ...tupleFlow(index), destination4: 0x0100_0001 + index * 256 }),
    matches: (flow) => [{ kind: 'lpm', value: number(flow.destination4 - 1, 4), prefixLength: 24 }],
  },
  {
    name: '1,000 ternary rules',
    ingress: table(TUPLE.replaceAll('KIND', 'ternary'), 'forward', 1024),
    action: 'forward',
    values: [1n],
    checksum: false,
    entries: 1000,
    flow: (index) => ({ ...tupleFlow(index), source4: 0x0a00_0000 + index * 65_537 }),
    matches: rule,
  },
];

/** A TCP segment of 94 bytes; its IPv4 checksum is right. */
export function packetOf(flow: Flow): Uint8Array {
  const packet = new Uint8Array(94);
  packet.set(number(flow.destination, 6));
  packet.set([2, 0, 0, 0, 0, 9, 8, 0, 0x45, 0, 0, 80, 0, 0, 0, 0, 64, 6, 0, 0], 6);
  packet.set(number(flow.source4, 4), 26);
  packet.set(number(flow.destination4, 4), 30);
  packet.set(number(flow.port, 2), 34);
  packet.set([0, 80], 36);
  let sum = 0;
  for (let at = 14; at < 34; at += 2) sum += (packet[at] ?? 0) * 256 + (packet[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  packet.set(number(~sum & 0xffff, 2), 24);
  return packet;
}
