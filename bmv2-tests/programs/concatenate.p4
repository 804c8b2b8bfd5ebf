// ++ puts bits side by side, the left ones on top (section 8.6).
#include "common/head.p4"

header x_t { bit<4> a; bit<12> b; bit<16> swapped; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.swapped = headers.x.b ++ headers.x.a;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
