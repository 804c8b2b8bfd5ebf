// A packet that is recirculated starts over as it went out, with instance type 4.
#include "common/head.p4"
#define HAS_EGRESS

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t {
    @field_list(1) bit<8> kept;
}

PARSE_ONE(x)

INGRESS {
    apply {
        if (standard.instance_type == 4) {
            headers.x.c = metadata.kept;
            headers.x.d = (bit<8>)standard.instance_type;
        }
        standard.egress_spec = 1;
    }
}

EGRESS {
    apply {
        if (metadata.kept == 0) {
            headers.x.b = 0xbb;
            metadata.kept = 0x11;
            recirculate_preserving_field_list(1);
        }
    }
}

#include "common/tail.p4"
