// Shifts to the right: zeros for unsigned, the sign for signed (sections 8.6, 8.7).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> by; bit<8> logical; int<8> arithmetic; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.logical = headers.x.a >> headers.x.by;
        headers.x.arithmetic = (int<8>)headers.x.a >> headers.x.by;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
