// Signed and unsigned comparison of the same bits differ.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> flags; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.flags = 0;
        if (headers.x.a < headers.x.b) headers.x.flags = headers.x.flags | 1;
        if ((int<8>)headers.x.a < (int<8>)headers.x.b) headers.x.flags = headers.x.flags | 2;
        if (headers.x.a >= headers.x.b) headers.x.flags = headers.x.flags | 4;
        if ((int<8>)headers.x.a >= (int<8>)headers.x.b) headers.x.flags = headers.x.flags | 8;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
