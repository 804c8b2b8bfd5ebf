// mark_to_drop in ingress; the packets beside it pass.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        if (headers.x.a == 1) { mark_to_drop(standard); exit; }
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
