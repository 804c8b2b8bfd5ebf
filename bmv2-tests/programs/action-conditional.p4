// if and the conditional operator in an action.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    action pick(bit<8> limit) {
        if (headers.x.b > limit) { headers.x.c = 1; }
        else { headers.x.c = 2; }
        headers.x.d = headers.x.b > limit ? limit : headers.x.b;
    }
    table t { key = { headers.x.a : exact; } actions = { pick; NoAction; } default_action = NoAction(); }

    apply {
        t.apply();
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
