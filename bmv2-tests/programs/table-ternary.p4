// The entry with the best priority wins; in STF larger numbers come first.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    action set(bit<8> value) { headers.x.d = value; }

    table t {
        key = { headers.x.a : ternary; }
        actions = { set; }
        default_action = set(0xff);
    }

    apply {
        t.apply();
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
