// Comparison of 128 bits looks at all of them.
#include "common/head.p4"

header x_t { bit<128> a; bit<128> b; bit<8> flags; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.flags = 0;
        if (headers.x.a < headers.x.b) headers.x.flags = 1;
        if (headers.x.a == headers.x.b) headers.x.flags = 2;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
