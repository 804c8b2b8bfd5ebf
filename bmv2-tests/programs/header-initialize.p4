// A header from values, and made invalid by {#} (section 8.17).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; }
struct headers_t { x_t one; x_t two; }
struct metadata_t { }

PARSER {
    state start { packet.extract(headers.one); transition accept; }
}

INGRESS {
    apply {
        headers.two = { 0x31, headers.one.a };
        if (headers.one.b == 0) headers.one = {#};
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
