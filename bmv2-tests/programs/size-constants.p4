// minSizeInBytes and its like are compile-time known (section 9).
#include "common/head.p4"

header x_t { bit<8> bytes; bit<8> bits; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.bytes = (bit<8>)headers.x.minSizeInBytes();
        headers.x.bits = (bit<8>)headers.x.maxSizeInBits();
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
