// &&, || and ! on booleans.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> flags; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.flags = 0;
        if (headers.x.a == 1 && headers.x.b == 1) headers.x.flags[0:0] = 1;
        if (headers.x.a == 1 || headers.x.b == 1) headers.x.flags[1:1] = 1;
        if (!(headers.x.a == 1)) headers.x.flags[2:2] = 1;
        if ((headers.x.a == 1) != (headers.x.b == 1)) headers.x.flags[3:3] = 1;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
