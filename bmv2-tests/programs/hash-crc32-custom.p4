// Without other parameters crc32_custom is CRC-32.
#include "common/head.p4"

header x_t { bit<72> digits; bit<32> result; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        bit<32> result;
        hash(result, HashAlgorithm.crc32_custom, 32w0, { headers.x.digits }, 33w4294967296);
        headers.x.result = (bit<32>)result;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
