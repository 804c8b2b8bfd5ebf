// return ends an action.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    action mark(in bit<8> value) {
        headers.x.b = 1;
        if (value == 1) return;
        headers.x.c = 2;
    }

    apply {
        mark(headers.x.a);
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
