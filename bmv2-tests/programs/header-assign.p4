// Assigning a header copies its fields and whether it is valid (section 8.17).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; }
struct headers_t { x_t one; x_t two; }
struct metadata_t { }

PARSER {
    state start { packet.extract(headers.one); transition accept; }
}

INGRESS {
    apply {
        if (headers.one.a == 1) {
            headers.two = headers.one;
            headers.two.b = 0x99;
        } else {
            headers.one = headers.two;
        }
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
