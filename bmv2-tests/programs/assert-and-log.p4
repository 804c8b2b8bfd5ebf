// assert and assume that hold, and log_msg, change nothing.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        assert(headers.x.a != 0);
        assume(headers.x.a < 0x80);
        log_msg("passing a packet");
        log_msg("a is {} and b is {}", { headers.x.a, headers.x.b });
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
