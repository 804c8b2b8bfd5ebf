// A generic function works on any width (section 7.2.11).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

T choose<T>(in bool condition, in T yes, in T no) {
    if (condition) return yes;
    return no;
}

INGRESS {
    apply {
        headers.x.b = choose<bit<8>>(headers.x.a == 1, 0x11, 0x22);
        headers.x.c[3:0] = choose(headers.x.a == 1, 4w3, 4w4);
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
