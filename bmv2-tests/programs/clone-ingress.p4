// A clone of ingress: the packet as it came in, in egress with instance type 1.
#include "common/head.p4"
#define HAS_EGRESS

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.b = 0xbb;
        clone(CloneType.I2E, 5);
        standard.egress_spec = 1;
    }
}

EGRESS { apply { headers.x.d = (bit<8>)standard.instance_type; } }

#include "common/tail.p4"
