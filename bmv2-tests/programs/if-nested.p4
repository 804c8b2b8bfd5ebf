// Nested if with else belongs to the nearest if.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        if (headers.x.a == 1)
            if (headers.x.b == 1) headers.x.c = 1;
            else headers.x.c = 2;
        else headers.x.c = 3;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
