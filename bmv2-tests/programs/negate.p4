// Unary minus is the two's complement.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> negative; int<8> signed; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.negative = -headers.x.a;
        headers.x.signed = -(int<8>)headers.x.a;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
