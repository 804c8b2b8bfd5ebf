// A signed parameter has a sign, though the control plane gives it as bits; so has what a signed register keeps.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { int<8> kept; }

PARSE_ONE(x)

INGRESS {
    register<int<8>>(1) last;
    action compare(int<8> limit) {
        headers.x.b = (bit<8>)(bit<1>)(limit < 0);
        headers.x.c = (bit<8>)(limit >> 1);
        last.write(0, limit);
        last.read(metadata.kept, 0);
        headers.x.d = (bit<8>)(bit<1>)(metadata.kept < -1);
    }
    table t {
        key = { headers.x.a : exact; }
        actions = { compare; }
    }

    apply {
        t.apply();
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
