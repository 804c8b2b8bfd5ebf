// Arguments are copied in before and out after a call, from left to right (section 6.8): the last one written wins.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

void change(inout bit<8> first, inout bit<8> second) {
    first = first + 1;
    second = second + 4;
}
void swap(inout bit<8> left, inout bit<8> right) {
    bit<8> kept = left;
    left = right;
    right = kept;
}

INGRESS {
    apply {
        change(headers.x.a, headers.x.a);
        swap(headers.x.b, headers.x.c);
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
