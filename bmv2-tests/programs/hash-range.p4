// A hash is taken modulo the maximum and the base is added: 10 + BB3D mod 4.
#include "common/head.p4"

header x_t { bit<72> digits; bit<32> result; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        bit<16> result;
        hash(result, HashAlgorithm.crc16, 16w10, { headers.x.digits }, 16w4);
        headers.x.result = (bit<32>)result;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
