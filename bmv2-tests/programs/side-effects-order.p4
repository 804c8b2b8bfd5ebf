// Operands with side effects are evaluated from left to right (section 8.1.1).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

bit<8> next(inout bit<8> counter) {
    counter = counter + 1;
    return counter;
}

INGRESS {
    apply {
        bit<8> counter = 0;
        headers.x.b = next(counter) - next(counter) * 2;
        headers.x.c = counter;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
