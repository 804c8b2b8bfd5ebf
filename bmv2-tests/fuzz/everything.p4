// One of everything that P4Runtime can write, for requests that are broken.
#include <core.p4>
#include <v1model.p4>

@controller_header("packet_in")
header packet_in_t { bit<9> ingress_port; bit<7> reserved; }

@controller_header("packet_out")
header packet_out_t { bit<9> egress_port; bit<7> reserved; }

header tag_t { bit<8> kind; bit<48> mac; bit<32> address; bit<16> port; bit<8> color; }

struct headers_t { packet_in_t packet_in; packet_out_t packet_out; tag_t tag; }
struct metadata_t { @field_list(1) bit<8> mark; }
struct learn_t { bit<48> mac; bit<9> port; }

parser ParseTags(packet_in packet, out headers_t h, inout metadata_t m, inout standard_metadata_t s) {
    value_set<bit<8>>(4) kinds;
    state start {
        transition select(s.ingress_port) { 255: parse_packet_out; default: parse_tag; }
    }
    state parse_packet_out { packet.extract(h.packet_out); transition parse_tag; }
    state parse_tag {
        packet.extract(h.tag);
        transition select(h.tag.kind) { kinds: parse_known; default: accept; }
    }
    state parse_known { m.mark = 1; transition accept; }
}

control Verify(inout headers_t h, inout metadata_t m) { apply { } }

control Handle(inout headers_t h, inout metadata_t m, inout standard_metadata_t s) {
    counter(8, CounterType.packets_and_bytes) counted;
    meter(8, MeterType.bytes) metered;
    register<bit<48>>(8) seen;
    direct_counter(CounterType.packets_and_bytes) hits;
    direct_meter<bit<8>>(MeterType.packets) rate;
    action_selector(HashAlgorithm.crc16, 32, 8) next;
    action_profile(8) shared;

    action drop() { mark_to_drop(s); }
    action send(bit<9> port) { s.egress_spec = port; hits.count(); rate.read(h.tag.color); }
    action forward(bit<9> port, bit<48> mac) { s.egress_spec = port; h.tag.mac = mac; }
    action copies(bit<16> group) { s.mcast_grp = group; }
    action mirror() { clone_preserving_field_list(CloneType.I2E, 7, 1); }
    action learn() { digest<learn_t>(1, { h.tag.mac, s.ingress_port }); s.egress_spec = 255; }

    table exact_tags {
        key = { h.tag.kind: exact; h.tag.mac: exact; }
        actions = { send; drop; NoAction; }
        counters = hits;
        meters = rate;
        default_action = NoAction();
        size = 64;
        support_timeout = true;
    }
    table prefixes { key = { h.tag.address: lpm; } actions = { forward; drop; learn; } default_action = learn(); size = 64; }
    table acl {
        key = { h.tag.address: ternary; h.tag.port: range; h.tag.kind: optional; }
        actions = { drop; copies; mirror; NoAction; }
        default_action = NoAction();
        size = 64;
    }
    table hops { key = { h.tag.kind: exact; h.tag.mac: selector; } actions = { forward; drop; } implementation = next; size = 64; }
    table profiled { key = { h.tag.port: exact; } actions = { forward; drop; } implementation = shared; size = 64; }
    table fixed { key = { h.tag.kind: exact; } actions = { copies; NoAction; } const entries = { 9: copies(1); } const default_action = NoAction(); }

    apply {
        bit<8> color;
        counted.count((bit<32>) h.tag.kind & 7);
        metered.execute_meter((bit<32>) h.tag.kind & 7, color);
        seen.write((bit<32>) h.tag.kind & 7, h.tag.mac);
        prefixes.apply();
        exact_tags.apply();
        if (m.mark == 1) { hops.apply(); profiled.apply(); }
        acl.apply();
        fixed.apply();
    }
}

control Announce(inout headers_t h, inout metadata_t m, inout standard_metadata_t s) {
    apply {
        if (s.egress_port == 255) {
            h.packet_in.setValid();
            h.packet_in.ingress_port = s.ingress_port;
            h.packet_in.reserved = 0;
        }
    }
}

control Compute(inout headers_t h, inout metadata_t m) { apply { } }
control Deparse(packet_out packet, in headers_t h) { apply { packet.emit(h.packet_in); packet.emit(h.tag); } }

V1Switch(ParseTags(), Verify(), Handle(), Announce(), Compute(), Deparse()) main;
