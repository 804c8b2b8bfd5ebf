// Fields that cross bytes: 1, 13, 3, 20, 11 bits.
#include "common/head.p4"

header odd_t { bit<1> a; bit<13> b; bit<3> c; bit<20> d; bit<11> e; }
struct headers_t { odd_t odd; }
struct metadata_t { }

PARSE_ONE(odd)

INGRESS {
    apply {
        headers.odd.a = ~headers.odd.a;
        headers.odd.b = headers.odd.b + 1;
        headers.odd.c = 3w5;
        headers.odd.d = headers.odd.d - 1;
        headers.odd.e = headers.odd.e ^ 11w0x7ff;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
