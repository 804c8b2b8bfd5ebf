// A clone of egress goes through egress again, with instance type 2.
#include "common/head.p4"
#define HAS_EGRESS

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS { apply { standard.egress_spec = 1; } }

EGRESS {
    apply {
        if (standard.instance_type == 2) {
            headers.x.c = 0xee;
        } else {
            headers.x.b = headers.x.b + 1;
            clone(CloneType.E2E, 5);
        }
    }
}

#include "common/tail.p4"
