// switch on a value, with fall-through and default (section 12.7.1).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        switch (headers.x.a) {
            1: { headers.x.b = 0x11; }
            2:
            3: { headers.x.b = 0x23; }
            default: { headers.x.b = 0xdf; }
        }
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
