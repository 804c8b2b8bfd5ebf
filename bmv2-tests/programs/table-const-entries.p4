// Entries in the program: the first that matches wins (section 14.2.1.4).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    action set(bit<8> value) { headers.x.d = value; }

    table t {
        key = { headers.x.a : ternary; headers.x.b : ternary; }
        actions = { set; }
        const entries = {
            (1, 5) : set(0x11);
            (1, _) : set(0x22);
            (0x02 &&& 0x0f, 0 &&& 0) : set(0x33);
        }
        default_action = set(0xff);
    }

    apply {
        t.apply();
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
