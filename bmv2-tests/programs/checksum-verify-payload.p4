// verify_checksum_with_payload counts what follows the headers.
#include "common/head.p4"
#define HAS_VERIFY

header x_t { bit<16> checksum; bit<8> wrong; bit<8> pad; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

VERIFY {
    apply {
        verify_checksum_with_payload(true, { headers.x.pad, 8w0 }, headers.x.checksum, HashAlgorithm.csum16);
    }
}

INGRESS {
    apply {
        headers.x.wrong = (bit<8>)standard.checksum_error;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
