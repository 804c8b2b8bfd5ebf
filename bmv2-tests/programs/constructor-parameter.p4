// Constructor parameters are constants of each instance (section 6.8).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

control Add(in bit<8> value, out bit<8> sum)(bit<8> amount) {
    apply { sum = value + amount; }
}

INGRESS {
    Add(3) three;
    Add(10) ten;

    apply {
        three.apply(headers.x.a, headers.x.b);
        ten.apply(headers.x.a, headers.x.c);
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
