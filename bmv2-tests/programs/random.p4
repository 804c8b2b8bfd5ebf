// A random number between equal bounds is that bound.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        random(headers.x.b, 0x42, 0x42);
        bit<8> drawn;
        random(drawn, 3, 9);
        if (drawn >= 3 && drawn <= 9) headers.x.c = 1;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
