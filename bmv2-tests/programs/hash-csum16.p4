// The Internet checksum: the complement of 3132 + 3334 + 3536 + 3738.
#include "common/head.p4"

header x_t { bit<64> digits; bit<32> result; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        bit<16> result;
        hash(result, HashAlgorithm.csum16, 16w0, { headers.x.digits }, 17w65536);
        headers.x.result = (bit<32>)result;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
