#include "bmv2-frame.p4"

struct pair_t {
    bit<8> left;
    bit<8> right;
}

control In(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    register<pair_t>(16) pairs;
    apply {
        pair_t both;
        pairs.read(both, 0);
        headers.first.value = both.left;
    }
}

V1Switch(Parse(), NoChecksums(), In(), Nothing(), NoChecksums(), Emit()) main;
