// What the bad programs for BMv2 are put into: each brings the block that is wrong, and main.
#include <v1model.p4>

header byte_t {
    bit<8> value;
}

struct headers_t {
    byte_t    first;
    byte_t[2] rest;
}

struct metadata_t {
    bit<8>        kept;
    HashAlgorithm algorithm;
}

#ifndef OWN_PARSER
parser Parse(packet_in packet, out headers_t headers, inout metadata_t metadata,
             inout standard_metadata_t standard) {
    state start {
        packet.extract(headers.first);
        transition accept;
    }
}
#endif

control NoChecksums(inout headers_t headers, inout metadata_t metadata) {
    apply {}
}

control Nothing(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    apply {}
}

#ifndef OWN_DEPARSER
control Emit(packet_out packet, in headers_t headers) {
    apply {
        packet.emit(headers);
    }
}
#endif
