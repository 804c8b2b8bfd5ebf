// Structs in structs in the metadata keep their values from ingress to egress.
#include "common/head.p4"
#define HAS_EGRESS

struct inner_t { bit<8> value; }
struct outer_t { inner_t inner; bool flag; }
header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { outer_t outer; }

PARSE_ONE(x)

EGRESS {
    apply {
        headers.x.b = metadata.outer.inner.value;
        if (metadata.outer.flag) headers.x.c = 1;
    }
}

INGRESS {
    apply {
        metadata.outer.inner.value = headers.x.a;
        metadata.outer.flag = headers.x.a > 3;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
