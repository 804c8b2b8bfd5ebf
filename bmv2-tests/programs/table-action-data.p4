// Action data of several widths, and a parameter with a direction.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    action mix(in bit<8> first, bit<4> nibble, bit<1> flag, bit<3> rest, bit<8> byte) {
        headers.x.b = nibble ++ flag ++ rest;
        headers.x.c = byte;
        headers.x.d = first + 1;
    }
    table t {
        key = { headers.x.a : exact; }
        actions = { mix(headers.x.a); NoAction; }
        default_action = NoAction();
    }

    apply {
        t.apply();
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
