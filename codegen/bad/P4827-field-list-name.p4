#include <v1model.p4>

struct headers_t {}

struct metadata_t {
    @field_list(Lists.COPY)
    bit<8> kept;
}

parser Parse(packet_in packet, out headers_t headers, inout metadata_t metadata,
             inout standard_metadata_t standard) {
    state start {
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
    apply {}
}

V1Switch(Parse(), NoChecksums(), Nothing(), Nothing(), NoChecksums(), Emit()) main;
