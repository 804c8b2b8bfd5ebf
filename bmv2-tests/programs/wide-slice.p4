// A slice in the middle of 128 bits, read and written.
#include "common/head.p4"

header x_t { bit<128> a; bit<64> middle; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.middle = headers.x.a[95:32];
        headers.x.a[67:60] = 8w0xff;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
