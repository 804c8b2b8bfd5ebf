// Headers are equal when both are invalid, or both valid with the same fields (section 8.17).
#include "common/head.p4"

header x_t { bit<8> a; }
header result_t { bit<8> equal; }
struct headers_t { x_t one; x_t two; result_t result; }
struct metadata_t { }

PARSER {
    state start {
        packet.extract(headers.one);
        packet.extract(headers.two);
        packet.extract(headers.result);
        transition accept;
    }
}

INGRESS {
    apply {
        headers.result.equal = 0;
        if (headers.one == headers.two) headers.result.equal = 1;
        if (headers.one.a == 0xff) {
            headers.one.setInvalid();
            headers.two.setInvalid();
            if (headers.one == headers.two) headers.result.equal = 3;
        }
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
