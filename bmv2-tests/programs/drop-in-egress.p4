// mark_to_drop in egress.
#include "common/head.p4"
#define HAS_EGRESS

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS { apply { standard.egress_spec = 1; } }

EGRESS { apply { if (headers.x.a == 1) mark_to_drop(standard); } }

#include "common/tail.p4"
