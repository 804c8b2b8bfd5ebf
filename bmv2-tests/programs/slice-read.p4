// Slices of a value.
#include "common/head.p4"

header x_t { bit<16> a; bit<4> high; bit<4> low; bit<8> middle; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.high = headers.x.a[15:12];
        headers.x.low = headers.x.a[3:0];
        headers.x.middle = headers.x.a[11:4];
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
