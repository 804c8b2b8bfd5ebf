// Arithmetic at widths that are no whole bytes: 3, 5, 7 and 9 bits.
#include "common/head.p4"

header x_t { bit<3> a; bit<5> b; bit<7> c; bit<9> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.a = headers.x.a + 3w5;
        headers.x.b = headers.x.b - 5w3;
        headers.x.c = headers.x.c * 7w3;
        headers.x.d = headers.x.d + 9w511;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
