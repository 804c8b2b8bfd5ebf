// Operators with assignment (section 12.1).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.a += 3;
        headers.x.b <<= 2;
        headers.x.c |= 0x0f;
        headers.x.d ^= headers.x.a;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
