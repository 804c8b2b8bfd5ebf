// setValid adds a header, setInvalid takes one away (section 8.17).
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
            headers.two.setValid();
            headers.two.a = 0x21;
            headers.two.b = 0x22;
        }
        if (headers.one.a == 2) headers.one.setInvalid();
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
