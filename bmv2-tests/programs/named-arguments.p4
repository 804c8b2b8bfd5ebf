// Arguments by name, and defaults (section 6.8).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

bit<8> mix(in bit<8> left, in bit<8> right, in bit<8> factor = 8) { return left + right * factor; }

INGRESS {
    apply {
        headers.x.b = mix(right = headers.x.a, left = 1);
        headers.x.c = mix(headers.x.a, 2, 3);
        headers.x.d = mix(left = headers.x.a, right = 0);
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
