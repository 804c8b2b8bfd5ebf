// Fields are packed bit by bit: the same bits in other fields have the same hash.
#include "common/head.p4"

header x_t { bit<4> a; bit<60> b; bit<8> c; bit<32> result; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        hash(headers.x.result, HashAlgorithm.crc32, 32w0, { headers.x.a, headers.x.b, headers.x.c }, 33w0x100000000);
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
