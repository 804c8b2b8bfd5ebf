// The conditional operator evaluates one branch (section 8.5.1).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> larger; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.larger = headers.x.a > headers.x.b ? headers.x.a : headers.x.b;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
