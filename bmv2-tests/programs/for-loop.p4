// A for loop with continue and break (section 12.8).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        bit<8> sum = 0;
        for (bit<8> i = 0; i < 10; i = i + 1) {
            if (i == 2) continue;
            if (i == 5) break;
            sum = sum + i;
        }
        headers.x.b = sum;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
