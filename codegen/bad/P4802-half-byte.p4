#include <v1model.p4>

header nibble_t {
    bit<4> value;
}

struct headers_t {
    nibble_t nibble;
}

struct metadata_t {}

parser Parse(packet_in packet, out headers_t headers, inout metadata_t metadata,
             inout standard_metadata_t standard) {
    state start {
        packet.extract(headers.nibble);
        transition accept;
    }
}

control NoChecksums(inout headers_t headers, inout metadata_t metadata) {
    apply {}
}

control Nothing(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    apply {}
}

control Emit(packet_out packet, in headers_t headers) {
    apply {
        packet.emit(headers);
    }
}

V1Switch(Parse(), NoChecksums(), Nothing(), Nothing(), NoChecksums(), Emit()) main;
