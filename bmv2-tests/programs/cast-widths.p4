// Casts between widths cut off or fill up; signed ones repeat the sign (section 8.11).
#include "common/head.p4"

header x_t { bit<8> a; bit<4> narrow; bit<4> pad; bit<16> wide; int<16> signed; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.narrow = (bit<4>)headers.x.a;
        headers.x.pad = 0;
        headers.x.wide = (bit<16>)headers.x.a;
        headers.x.signed = (int<16>)(int<8>)headers.x.a;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
