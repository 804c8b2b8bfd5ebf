// One action in two tables works on both.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    action add(bit<8> amount) { headers.x.d = headers.x.d + amount; }
    table t { key = { headers.x.a : exact; } actions = { add; NoAction; } default_action = NoAction(); }
    table u { key = { headers.x.b : exact; } actions = { add; NoAction; } default_action = NoAction(); }

    apply {
        t.apply(); u.apply();
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
