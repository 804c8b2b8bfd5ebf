#include <core.p4>
#include <v1model.p4>

struct headers_t {}
struct metadata_t { bit<8> a; }

parser P(packet_in packet, out headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    state start { transition accept; }
}

control C(inout headers_t headers, inout metadata_t metadata) { apply {} }

control I(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    table first {
        key = { metadata.a : exact; }
        actions = { NoAction; }
        @name(".members") implementation = action_profile(8);
    }
    table second {
        key = { standard.ingress_port : exact; }
        actions = { NoAction; }
        @name(".members") implementation = action_profile(16);
    }
    apply { first.apply(); second.apply(); }
}

control E(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) { apply {} }
control D(packet_out packet, in headers_t headers) { apply {} }

V1Switch(P(), C(), I(), E(), C(), D()) main;
