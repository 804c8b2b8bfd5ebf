// Arithmetic on 128 bits carries across all of them.
#include "common/head.p4"

header x_t { bit<128> a; bit<128> b; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.a = headers.x.a + headers.x.b;
        headers.x.b = headers.x.b - 1;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
