// A register keeps its value from packet to packet, one for each index.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    register<bit<8>>(16) counts;

    apply {
        bit<8> count;
        counts.read(count, (bit<32>)headers.x.a);
        count = count + 1;
        counts.write((bit<32>)headers.x.a, count);
        headers.x.b = count;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
