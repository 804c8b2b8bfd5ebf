// An action called by an action, and by the control.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    action inner(in bit<8> value, out bit<8> result) { result = value + 1; }
    action outer(in bit<8> value) {
        inner(value, headers.x.b);
        headers.x.c = headers.x.b << 1;
    }

    apply {
        outer(headers.x.a);
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
