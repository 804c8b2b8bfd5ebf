// A digest is for the controller: the packet goes on unchanged.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

struct learned_t { bit<8> a; bit<8> b; }

INGRESS {
    apply {
        digest<learned_t>(1, { headers.x.a, headers.x.b });
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
