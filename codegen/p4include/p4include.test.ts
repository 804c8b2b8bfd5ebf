/** Our declarations: each is clean by itself, programs for each architecture are accepted, and facts of the specifications hold. */

import test from 'ava';
import { fieldsOf, sizeInBits } from '../check/fields.ts';
import { compileText, errorsOf } from '../test-harness.ts';

for (const file of [
  'core.p4',
  'v1model.p4',
  'psa.p4',
  'bmv2/psa.p4',
  'dpdk/psa.p4',
  'pna.p4',
  'bmv2/pna.p4',
  'dpdk/pna.p4',
  'tc/pna.p4',
  'tna.p4',
  't2na.p4',
  'ebpf_model.p4',
  'ubpf_model.p4',
  'xdp_model.p4',
]) {
  test(`${file} is clean by itself, and may be included twice`, (t) => {
    const { diagnostics } = compileText(`#include <${file}>\n#include <${file}>\n`);
    t.deepEqual(
      diagnostics.map((one) => `${one.code} ${one.message}`),
      [],
    );
  });
}

/** The members of an enum of an included file. */
function membersOf(file: string, name: string): readonly string[] {
  const { program } = compileText(`#include <${file}>\n`);
  const found = program.declarations.find((one) => 'name' in one && one.name.name === name);
  return found?.kind === 'EnumDeclaration' ? found.members.map((member) => member.name) : [];
}

test('errors and match kinds of core.p4 (specification, appendix "P4 core library")', (t) => {
  const { checked } = compileText('#include <core.p4>\n');
  t.deepEqual(
    [...checked.errors.keys()],
    [
      'NoError',
      'PacketTooShort',
      'NoMatch',
      'StackOutOfBounds',
      'HeaderTooShort',
      'ParserTimeout',
      'ParserInvalidArgument',
    ],
  );
  t.deepEqual([...checked.matchKinds.keys()], ['exact', 'ternary', 'lpm']);
});

test('v1model: match kinds, hash algorithms, standard metadata (the documentation of simple_switch)', (t) => {
  const { checked, program } = compileText('#include <v1model.p4>\n');
  t.deepEqual([...checked.matchKinds.keys()].slice(3).sort(), ['optional', 'range', 'selector']);
  t.deepEqual(membersOf('v1model.p4', 'HashAlgorithm'), [
    'crc32',
    'crc32_custom',
    'crc16',
    'crc16_custom',
    'random',
    'identity',
    'csum16',
    'xor16',
  ]);
  const metadata = program.declarations.find(
    (one) => one.kind === 'StructDeclaration' && one.name.name === 'standard_metadata_t',
  );
  if (metadata?.kind !== 'StructDeclaration') throw new Error('standard_metadata_t is a struct');
  const fields = fieldsOf(checked.declaredTypes, {
    kind: 'struct',
    declaration: metadata,
    typeArguments: [],
  });
  const widths = fields.map(
    ({ name, type }) => `${name}:${sizeInBits(checked.declaredTypes, type)?.maximum ?? type.kind}`,
  );
  t.deepEqual(widths, [
    'ingress_port:9',
    'egress_spec:9',
    'egress_port:9',
    'instance_type:32',
    'packet_length:32',
    'enq_timestamp:32',
    'enq_qdepth:19',
    'deq_timedelta:32',
    'deq_qdepth:19',
    'ingress_global_timestamp:48',
    'egress_global_timestamp:48',
    'mcast_grp:16',
    'egress_rid:16',
    'checksum_error:1',
    'parser_error:error',
    'priority:3',
  ]);
});

test('PSA: hash algorithms, meter colours (PSA specification 1.1, §7.3, §7.8)', (t) => {
  t.deepEqual(membersOf('psa.p4', 'PSA_HashAlgorithm_t'), [
    'IDENTITY',
    'CRC32',
    'CRC32_CUSTOM',
    'CRC16',
    'CRC16_CUSTOM',
    'ONES_COMPLEMENT16',
    'TARGET_DEFAULT',
  ]);
  t.deepEqual(membersOf('psa.p4', 'PSA_MeterColor_t'), ['RED', 'GREEN', 'YELLOW']);
});

const HEADERS = `
header ethernet_t { bit<48> destination; bit<48> source; bit<16> type; }
struct headers_t { ethernet_t ethernet; }
struct metadata_t { }
struct empty_t { }
`;

test('a PSA program is accepted', (t) => {
  for (const file of ['psa.p4', 'bmv2/psa.p4', 'dpdk/psa.p4']) {
    const text = `#include <core.p4>
#include <${file}>
${HEADERS}
parser IP(packet_in packet, out headers_t h, inout metadata_t m, in psa_ingress_parser_input_metadata_t i, in empty_t resubmit_meta, in empty_t recirculate_meta) {
    state start { packet.extract(h.ethernet); transition accept; }
}
control I(inout headers_t h, inout metadata_t m, in psa_ingress_input_metadata_t i, inout psa_ingress_output_metadata_t o) {
    ActionProfile(1024) profile;
    Counter<bit<32>, bit<10>>(1024, PSA_CounterType_t.PACKETS) counter;
    action forward(PortId_t port) { send_to_port(o, port); counter.count(10w3); }
    table ports {
        key = { h.ethernet.destination : exact; }
        actions = { forward; NoAction; }
        psa_implementation = profile;
    }
    apply { ports.apply(); }
}
control ID(packet_out packet, out empty_t clone_i2e_meta, out empty_t resubmit_meta, out empty_t normal_meta, inout headers_t h, in metadata_t m, in psa_ingress_output_metadata_t i) {
    apply { packet.emit(h.ethernet); }
}
parser EP(packet_in packet, out headers_t h, inout metadata_t m, in psa_egress_parser_input_metadata_t i, in empty_t normal_meta, in empty_t clone_i2e_meta, in empty_t clone_e2e_meta) {
    state start { transition accept; }
}
control E(inout headers_t h, inout metadata_t m, in psa_egress_input_metadata_t i, inout psa_egress_output_metadata_t o) { apply { } }
control ED(packet_out packet, out empty_t clone_e2e_meta, out empty_t recirculate_meta, inout headers_t h, in metadata_t m, in psa_egress_output_metadata_t i, in psa_egress_deparser_input_metadata_t d) {
    apply { packet.emit(h); }
}
IngressPipeline(IP(), I(), ID()) ip;
EgressPipeline(EP(), E(), ED()) ep;
PSA_Switch(ip, PacketReplicationEngine(), ep, BufferingQueueingEngine()) main;
`;
    t.deepEqual(errorsOf(text), [], file);
  }
});

test('a PNA program is accepted', (t) => {
  for (const file of ['pna.p4', 'dpdk/pna.p4']) {
    const text = `#include <core.p4>
#include <${file}>
${HEADERS}
parser P(packet_in packet, out headers_t h, inout metadata_t m, in pna_main_parser_input_metadata_t i) {
    state start { packet.extract(h.ethernet); transition accept; }
}
control PC(in headers_t h, inout metadata_t m, in pna_pre_input_metadata_t i, inout pna_pre_output_metadata_t o) { apply { } }
control C(inout headers_t h, inout metadata_t m, in pna_main_input_metadata_t i, inout pna_main_output_metadata_t o) {
    action forward(PortId_t port) { send_to_port(port); }
    action drop() { drop_packet(); }
    table ports { key = { h.ethernet.destination : exact; } actions = { forward; drop; } default_action = drop; }
    apply { ports.apply(); }
}
control D(packet_out packet, in headers_t h, in metadata_t m, in pna_main_output_metadata_t o) { apply { packet.emit(h.ethernet); } }
PNA_NIC(P(), PC(), C(), D()) main;
`;
    t.deepEqual(errorsOf(text), [], file);
  }
});

test('a TNA program is accepted', (t) => {
  const text = `#include <core.p4>
#include <tna.p4>
${HEADERS}
parser IP(packet_in packet, out headers_t h, out metadata_t m, out ingress_intrinsic_metadata_t i) {
    state start {
        packet.extract(i);
        packet.advance(PORT_METADATA_SIZE);
        packet.extract(h.ethernet);
        transition accept;
    }
}
control I(inout headers_t h, inout metadata_t m, in ingress_intrinsic_metadata_t i, in ingress_intrinsic_metadata_from_parser_t p, inout ingress_intrinsic_metadata_for_deparser_t d, inout ingress_intrinsic_metadata_for_tm_t tm) {
    Register<bit<32>, bit<10>>(1024) last;
    RegisterAction<bit<32>, bit<10>, bit<32>>(last) bump = {
        void apply(inout bit<32> value, out bit<32> result) { result = value; value = value + 1; }
    };
    Hash<bit<10>>(HashAlgorithm_t.CRC16) hash;
    action forward(PortId_t port) { tm.ucast_egress_port = port; }
    table ports { key = { h.ethernet.destination : exact; } actions = { forward; } size = 1024; default_action = forward(0); }
    apply { bump.execute(hash.get({ h.ethernet.source })); ports.apply(); }
}
control ID(packet_out packet, inout headers_t h, in metadata_t m, in ingress_intrinsic_metadata_for_deparser_t d) { apply { packet.emit(h); } }
parser EP(packet_in packet, out headers_t h, out metadata_t m, out egress_intrinsic_metadata_t e) {
    state start { packet.extract(e); transition accept; }
}
control E(inout headers_t h, inout metadata_t m, in egress_intrinsic_metadata_t e, in egress_intrinsic_metadata_from_parser_t p, inout egress_intrinsic_metadata_for_deparser_t d, inout egress_intrinsic_metadata_for_output_port_t o) { apply { } }
control ED(packet_out packet, inout headers_t h, in metadata_t m, in egress_intrinsic_metadata_for_deparser_t d) { apply { packet.emit(h); } }
Pipeline(IP(), I(), ID(), EP(), E(), ED()) pipe;
Switch(pipe) main;
`;
  t.deepEqual(errorsOf(text), []);
});
