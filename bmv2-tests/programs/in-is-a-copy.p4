// An `in` argument keeps its value while the variable behind it is written (section 6.8).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

void add(in bit<8> value, inout bit<8> target) {
    target = 0;
    target = target + value + value;
}

INGRESS {
    apply {
        add(headers.x.a, headers.x.a);
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
