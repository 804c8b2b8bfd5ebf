// update_checksum does nothing where its condition is false.
#include "common/head.p4"
#define HAS_COMPUTE

header x_t { bit<16> a; bit<16> checksum; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS { apply { standard.egress_spec = 1; } }

COMPUTE {
    apply { update_checksum(headers.x.a == 1, { headers.x.a }, headers.x.checksum, HashAlgorithm.csum16); }
}

#include "common/tail.p4"
