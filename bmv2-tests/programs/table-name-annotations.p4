// @name names tables, actions and keys for the control plane.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    @name("renamed_action") action set(bit<8> value) { headers.x.d = value; }
    @name("renamed_table") table t {
        key = { headers.x.a : exact @name("the_key"); }
        actions = { set; NoAction; }
        default_action = NoAction();
    }

    apply {
        t.apply();
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
