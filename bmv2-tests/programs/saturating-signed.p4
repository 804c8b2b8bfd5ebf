// Saturation of signed numbers at both ends (section 8.7).
#include "common/head.p4"

header x_t { int<8> a; int<8> b; int<8> up; int<8> down; }
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
