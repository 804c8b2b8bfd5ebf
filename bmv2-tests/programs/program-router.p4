// An IPv4 router: longest prefix, time to live, checksum, next hop.
#include "common/head.p4"
#define HAS_VERIFY
#define HAS_COMPUTE

header ethernet_t { bit<48> destination; bit<48> source; bit<16> type; }
header ipv4_t {
    bit<4> version; bit<4> ihl; bit<8> tos; bit<16> length; bit<16> id; bit<3> flags; bit<13> offset;
    bit<8> ttl; bit<8> protocol; bit<16> checksum; bit<32> source; bit<32> destination;
}
struct headers_t { ethernet_t ethernet; ipv4_t ipv4; }
struct metadata_t { bit<16> next_hop; }

PARSER {
    state start {
        packet.extract(headers.ethernet);
        transition select(headers.ethernet.type) {
            0x0800: ipv4;
            default: accept;
        }
    }
    state ipv4 { packet.extract(headers.ipv4); transition accept; }
}

VERIFY {
    apply {
        verify_checksum(headers.ipv4.isValid(),
            { headers.ipv4.version, headers.ipv4.ihl, headers.ipv4.tos, headers.ipv4.length, headers.ipv4.id,
              headers.ipv4.flags, headers.ipv4.offset, headers.ipv4.ttl, headers.ipv4.protocol,
              headers.ipv4.source, headers.ipv4.destination },
            headers.ipv4.checksum, HashAlgorithm.csum16);
    }
}

INGRESS {
    action drop() { mark_to_drop(standard); }
    action to_next_hop(bit<16> next_hop) { metadata.next_hop = next_hop; }
    action send(bit<9> port, bit<48> source, bit<48> destination) {
        standard.egress_spec = port;
        headers.ethernet.source = source;
        headers.ethernet.destination = destination;
        headers.ipv4.ttl = headers.ipv4.ttl - 1;
    }
    table routes {
        key = { headers.ipv4.destination : lpm; }
        actions = { to_next_hop; drop; }
        default_action = drop();
    }
    table next_hops {
        key = { metadata.next_hop : exact; }
        actions = { send; drop; }
        default_action = drop();
    }
    apply {
        if (!headers.ipv4.isValid() || standard.checksum_error == 1 || headers.ipv4.ttl <= 1) {
            drop();
            return;
        }
        if (routes.apply().hit) next_hops.apply();
    }
}

COMPUTE {
    apply {
        update_checksum(headers.ipv4.isValid(),
            { headers.ipv4.version, headers.ipv4.ihl, headers.ipv4.tos, headers.ipv4.length, headers.ipv4.id,
              headers.ipv4.flags, headers.ipv4.offset, headers.ipv4.ttl, headers.ipv4.protocol,
              headers.ipv4.source, headers.ipv4.destination },
            headers.ipv4.checksum, HashAlgorithm.csum16);
    }
}

#include "common/tail.p4"
