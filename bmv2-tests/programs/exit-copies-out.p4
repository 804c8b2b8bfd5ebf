// exit in a control still copies out what was written (section 12.5).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

control Inner(in bit<8> selector, inout bit<8> first, out bit<8> second) {
    apply {
        first = first + 0xb1;
        second = 0xc2;
        if (selector == 1) exit;
    }
}

INGRESS {
    Inner() inner;

    apply {
        standard.egress_spec = 1;
        inner.apply(headers.x.a, headers.x.b, headers.x.c);
        headers.x.d = 0xdd;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
