// A packet that is resubmitted starts over as it came in, with the fields of its list and instance type 6.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t {
    @field_list(1) bit<8> kept;
}

PARSE_ONE(x)

INGRESS {
    apply {
        if (standard.instance_type == 0) {
            headers.x.b = 0xbb;
            metadata.kept = 0x11;
            resubmit_preserving_field_list(1);
        } else {
            headers.x.c = metadata.kept;
            headers.x.d = (bit<8>)standard.instance_type;
        }
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
