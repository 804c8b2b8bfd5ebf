// A clone keeps the metadata that its field list names.
#include "common/head.p4"
#define HAS_EGRESS

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t {
    @field_list(1) bit<8> kept;
    bit<8> lost;
}

PARSE_ONE(x)

INGRESS {
    apply {
        metadata.kept = 0x11;
        metadata.lost = 0x22;
        clone_preserving_field_list(CloneType.I2E, 5, 1);
        standard.egress_spec = 1;
    }
}

EGRESS {
    apply {
        headers.x.b = metadata.kept;
        headers.x.c = metadata.lost;
    }
}

#include "common/tail.p4"
