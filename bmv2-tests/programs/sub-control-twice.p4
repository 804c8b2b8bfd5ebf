// Two instances of one control have tables of their own (section 18.3.1).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

control Lookup(in bit<8> value, inout bit<8> result) {
    action set(bit<8> value) { result = value; }
    table t {
        key = { value : exact @name("key"); }
        actions = { set; NoAction; }
        default_action = NoAction();
    }
    apply { t.apply(); }
}

INGRESS {
    Lookup() one;
    Lookup() two;

    apply {
        one.apply(headers.x.a, headers.x.b);
        two.apply(headers.x.a, headers.x.c);
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
