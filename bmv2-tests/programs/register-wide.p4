// A register of 96 bits.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    register<bit<96>>(1) words;

    apply {
        bit<96> value;
        words.read(value, 0);
        headers.x.b = value[95:88];
        value = (headers.x.a ++ value[95:8]);
        words.write(0, value);
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
