// Products and differences of signed numbers.
#include "common/head.p4"

header x_t { int<8> a; int<8> b; int<8> product; int<16> wide; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.product = headers.x.a * headers.x.b;
        headers.x.wide = (int<16>)headers.x.a * (int<16>)headers.x.b;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
