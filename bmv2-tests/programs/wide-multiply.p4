// Products of 96 bits.
#include "common/head.p4"

header x_t { bit<96> a; bit<96> b; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.a = headers.x.a * headers.x.b;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
