// A parser that calls another, twice (section 13.11).
#include "common/head.p4"

header pair_t { bit<8> a; bit<8> b; }
struct headers_t { pair_t first; pair_t second; }
struct metadata_t { bit<8> sum; }

parser Pair(packet_in packet, out pair_t pair, inout bit<8> sum) {
    state start {
        packet.extract(pair);
        sum = sum + pair.a;
        transition accept;
    }
}

PARSER {
    Pair() pair;
    state start {
        metadata.sum = 1;
        pair.apply(packet, headers.first, metadata.sum);
        transition select(headers.first.b) {
            0: accept;
            default: second;
        }
    }
    state second { pair.apply(packet, headers.second, metadata.sum); transition accept; }
}

INGRESS { apply { headers.first.b = metadata.sum; standard.egress_spec = 1; } }

#include "common/tail.p4"
