// A tuple's elements by index (section 8.12).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        tuple<bit<8>, bit<8>> both = { headers.x.a, headers.x.b };
        headers.x.c = both[1];
        headers.x.d = both[0];
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
