// |+| and |-| stop at the ends of the range (section 8.6).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> up; bit<8> down; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.up = headers.x.a |+| headers.x.b;
        headers.x.down = headers.x.a |-| headers.x.b;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
