// exit in an action ends the whole pipeline (section 12.5).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    action stop() { headers.x.b = 0xee; exit; headers.x.b = 0x99; }
    table t {
        key = { headers.x.a : exact; }
        actions = { stop; NoAction; }
        default_action = NoAction();
    }

    apply {
        standard.egress_spec = 1;
        t.apply();
        headers.x.c = 0xcc;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
