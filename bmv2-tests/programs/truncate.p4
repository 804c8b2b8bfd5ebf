// truncate cuts the packet to so many bytes.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        truncate(3);
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
