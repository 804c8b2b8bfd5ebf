// Shifts to the left, also beyond the width (section 8.6).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> by; bit<8> shifted; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.shifted = headers.x.a << headers.x.by;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
