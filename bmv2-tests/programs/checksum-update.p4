// update_checksum on the IPv4 header of a published example (checksum B861).
#include "common/head.p4"
#define HAS_COMPUTE

header ipv4_t {
    bit<80> first;
    bit<16> checksum;
    bit<64> addresses;
}
struct headers_t { ipv4_t ipv4; }
struct metadata_t { }

PARSE_ONE(ipv4)

INGRESS { apply { standard.egress_spec = 1; } }

COMPUTE {
    apply {
        update_checksum(headers.ipv4.isValid(), { headers.ipv4.first, headers.ipv4.addresses },
                        headers.ipv4.checksum, HashAlgorithm.csum16);
    }
}

#include "common/tail.p4"
