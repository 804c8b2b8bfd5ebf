// The key is evaluated before the action changes its fields.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    action next() { headers.x.a = headers.x.a + 1; }
    action mark() { headers.x.d = 0x55; }
    table t { key = { headers.x.a : exact; } actions = { next; NoAction; } default_action = NoAction(); }
    table u { key = { headers.x.a : exact; } actions = { mark; NoAction; } default_action = NoAction(); }

    apply {
        t.apply(); u.apply();
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
