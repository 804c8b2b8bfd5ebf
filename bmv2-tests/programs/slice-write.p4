// Assigning to a slice leaves the other bits (section 8.6).
#include "common/head.p4"

header x_t { bit<16> a; bit<8> b; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.a[11:4] = headers.x.b;
        headers.x.a[0:0] = 1;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
