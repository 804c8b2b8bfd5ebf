// Constants and numbers without a width are folded exactly (sections 8.9, 11.1).
#include "common/head.p4"

header x_t { bit<8> a; bit<16> b; bit<32> c; }
struct headers_t { x_t x; }
struct metadata_t { }
const bit<8> BASE = 16;
const int LARGE = 1 << 72;

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.a = BASE * 3 - 2;
        headers.x.b = (bit<16>)(LARGE >> 60);
        headers.x.c = LARGE % 1000;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
