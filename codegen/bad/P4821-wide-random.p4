#include "bmv2-frame.p4"

control In(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    apply {
        bit<128> drawn;
        random(drawn, 128w0, 128w1 << 100);
        metadata.kept = drawn[127:120];
    }
}

V1Switch(Parse(), NoChecksums(), In(), Nothing(), NoChecksums(), Emit()) main;
