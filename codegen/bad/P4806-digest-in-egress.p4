#include "bmv2-frame.p4"

struct seen_t {
    bit<8> value;
}

control Out(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    apply {
        digest<seen_t>(1, { headers.first.value });
    }
}

V1Switch(Parse(), NoChecksums(), Nothing(), Out(), NoChecksums(), Emit()) main;
