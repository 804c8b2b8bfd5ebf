// Casts between bool and bit<1> (section 8.11.1).
#include "common/head.p4"

header x_t { bit<1> a; bit<7> pad; bit<1> back; bit<7> rest; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        bool flag = (bool)headers.x.a;
        headers.x.back = (bit<1>)!flag;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
