// Addition wraps at the width (P4-16 specification, section 8.6).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> sum; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.sum = headers.x.a + headers.x.b;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
