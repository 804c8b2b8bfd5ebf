#include <v1model.p4>

header options_t {
    bit<8>      size;
    varbit<256> data;
}

struct headers_t {
    options_t options;
}

struct metadata_t {}

parser Parse(packet_in packet, out headers_t headers, inout metadata_t metadata,
             inout standard_metadata_t standard) {
    state start {
        packet.extract(headers.options, 64);
        transition accept;
    }
}

control NoChecksums(inout headers_t headers, inout metadata_t metadata) {
    apply {}
}

control In(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    apply {
        log_msg("options: {}", { headers.options.data });
    }
}

control Out(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    apply {}
}

control Emit(packet_out packet, in headers_t headers) {
    apply {
        packet.emit(headers);
    }
}

V1Switch(Parse(), NoChecksums(), In(), Out(), NoChecksums(), Emit()) main;
