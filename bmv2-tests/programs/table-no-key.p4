// A table without a key runs its default action.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    action set(bit<8> value) { headers.x.d = value; }

    table t { actions = { set; } default_action = set(0x77); }

    apply {
        t.apply();
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
