// if and local variables in a parser state (section 13.4).
#include "common/head.p4"

header pair_t { bit<8> a; bit<8> b; }
struct headers_t { pair_t pair; }
struct metadata_t { bit<8> result; }

PARSER {
    bit<8> larger;
    state start {
        packet.extract(headers.pair);
        larger = headers.pair.a;
        if (headers.pair.b > larger) { larger = headers.pair.b; }
        metadata.result = larger;
        transition accept;
    }
}

INGRESS { apply { headers.pair.a = metadata.result; standard.egress_spec = 1; } }

#include "common/tail.p4"
