// exit in a control that is called ends its caller too (section 12.5).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

control Inner(inout headers_t headers) {
    apply {
        if (headers.x.a == 1) { headers.x.b = 0xee; exit; }
    }
}

INGRESS {
    Inner() inner;

    apply {
        standard.egress_spec = 1;
        inner.apply(headers);
        headers.x.c = 0xcc;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
