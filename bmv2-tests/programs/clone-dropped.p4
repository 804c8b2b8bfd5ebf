// A packet that ingress drops can still be cloned.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        clone(CloneType.I2E, 5);
        mark_to_drop(standard);
    }
}

#include "common/tail.p4"
