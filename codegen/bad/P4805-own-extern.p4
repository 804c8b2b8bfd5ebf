#include "bmv2-frame.p4"

extern void encrypt(inout bit<8> data);

control In(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    apply {
        encrypt(headers.first.value);
    }
}

V1Switch(Parse(), NoChecksums(), In(), Nothing(), NoChecksums(), Emit()) main;
