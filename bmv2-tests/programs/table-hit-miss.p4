// hit and miss of a lookup (section 14.2.2).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    table t { key = { headers.x.a : exact; } actions = { NoAction; } }
    table u { key = { headers.x.a : exact; } actions = { NoAction; } }
    table v { key = { headers.x.a : exact; } actions = { NoAction; } }

    apply {
        if (t.apply().hit) headers.x.b = 1; else headers.x.b = 2;
        if (u.apply().miss) headers.x.c = 3;
        bool hit = v.apply().hit;
        if (hit) headers.x.d = 4;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
