// The deparser decides the order of headers on the wire (section 16).
#include "common/head.p4"
#define HAS_DEPARSER

header x_t { bit<8> a; bit<8> b; }
struct headers_t { x_t one; x_t two; }
struct metadata_t { }

PARSER {
    state start {
        packet.extract(headers.one);
        packet.extract(headers.two);
        transition accept;
    }
}

INGRESS { apply { standard.egress_spec = 1; } }

DEPARSER {
    apply {
        packet.emit(headers.two);
        packet.emit(headers.one);
    }
}

#include "common/tail.p4"
