// A control applied on its type (section 15.1).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

control Double(in bit<8> value, out bit<8> result) {
    apply { result = value << 1; }
}

INGRESS {
    apply {
        Double.apply(headers.x.a, headers.x.b);
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
