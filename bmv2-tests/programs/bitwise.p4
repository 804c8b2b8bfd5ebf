// And, or, exclusive or, complement.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> conjunction; bit<8> disjunction; bit<8> exclusive; bit<8> complement; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.conjunction = headers.x.a & headers.x.b;
        headers.x.disjunction = headers.x.a | headers.x.b;
        headers.x.exclusive = headers.x.a ^ headers.x.b;
        headers.x.complement = ~headers.x.a;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
