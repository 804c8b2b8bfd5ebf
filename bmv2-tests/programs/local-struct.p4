// Structs as variables: assigned as a whole, compared, passed on (section 8.15).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

struct pair_t { bit<8> first; bit<8> second; }

INGRESS {
    apply {
        pair_t pair = { headers.x.a, headers.x.b };
        pair_t swapped = { first = pair.second, second = pair.first };
        headers.x.c = swapped.first;
        if (swapped == { headers.x.b, headers.x.a }) headers.x.d = 1;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
