// Functions return values, and may call each other (section 10).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

bit<8> twice(in bit<8> value) { return value + value; }
bit<8> larger(in bit<8> left, in bit<8> right) {
    if (left > right) return left;
    return right;
}

INGRESS {
    apply {
        headers.x.c = larger(headers.x.a, headers.x.b);
        headers.x.d = larger(twice(headers.x.a), headers.x.b);
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
