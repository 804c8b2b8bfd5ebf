// A field of an invalid header is not put into the packet (section 8.17).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; }
struct headers_t { x_t one; x_t two; }
struct metadata_t { }

PARSER {
    state start { packet.extract(headers.one); transition accept; }
}

INGRESS {
    apply {
        headers.two.a = 0x55;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
