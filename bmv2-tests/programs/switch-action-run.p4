// switch on the action that a table ran (section 12.7.2).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    action first() { headers.x.c = 0xc1; }
    action second() { headers.x.c = 0xc2; }
    table t {
        key = { headers.x.a : exact; }
        actions = { first; second; NoAction; }
        default_action = NoAction();
    }

    apply {
        switch (t.apply().action_run) {
            first: { headers.x.b = 1; }
            second: { headers.x.b = 2; }
            default: { headers.x.b = 3; }
        }
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
