// && and || leave out the right side where the left one decides (section 8.5.1).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

bool touched(inout bit<8> count) {
    count = count + 1;
    return true;
}

INGRESS {
    apply {
        bit<8> count = 0;
        if (headers.x.a == 1 && touched(count)) headers.x.b = 1;
        if (headers.x.a == 1 || touched(count)) headers.x.c = 1;
        headers.x.d = count;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
