// Shifts of 256 bits by more than a machine word.
#include "common/head.p4"

header x_t { bit<256> a; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.a = headers.x.a << 100;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
