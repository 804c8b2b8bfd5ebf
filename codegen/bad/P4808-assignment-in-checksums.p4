#include "bmv2-frame.p4"

control Checksums(inout headers_t headers, inout metadata_t metadata) {
    apply {
        headers.first.value = 7;
    }
}

V1Switch(Parse(), NoChecksums(), Nothing(), Nothing(), Checksums(), Emit()) main;
