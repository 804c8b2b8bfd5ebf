// Part of a value that was looked at ahead.
#include "common/head.p4"

header bytes_t { bit<8> a; bit<8> b; bit<8> ahead; }
struct headers_t { bytes_t bytes; }
struct metadata_t { bit<16> ahead; }

PARSER {
    state start {
        metadata.ahead = packet.lookahead<bit<16>>();
        packet.extract(headers.bytes);
        transition accept;
    }
}

INGRESS { apply { headers.bytes.ahead = metadata.ahead[11:4]; standard.egress_spec = 1; } }

#include "common/tail.p4"
