// A small IPv4 router: the longest prefix decides on the next hop.
#include <core.p4>
#include <v1model.p4>

typedef bit<48> mac_address_t;
typedef bit<32> ipv4_address_t;

const bit<16> ETHERTYPE_IPV4 = 0x0800;

header ethernet_t {
    mac_address_t destination;
    mac_address_t source;
    bit<16>       type;
}

header ipv4_t {
    bit<4>         version;
    bit<4>         header_length;
    bit<8>         services;
    bit<16>        total_length;
    bit<16>        identification;
    bit<3>         flags;
    bit<13>        fragment_offset;
    bit<8>         time_to_live;
    bit<8>         protocol;
    bit<16>        checksum;
    ipv4_address_t source;
    ipv4_address_t destination;
}

struct headers_t {
    ethernet_t ethernet;
    ipv4_t     ipv4;
}

struct metadata_t { }

parser ParseHeaders(packet_in packet, out headers_t headers, inout metadata_t metadata,
                    inout standard_metadata_t standard_metadata) {
    state start {
        packet.extract(headers.ethernet);
        transition select(headers.ethernet.type) {
            ETHERTYPE_IPV4: parse_ipv4;
            default: accept;
        }
    }

    state parse_ipv4 {
        packet.extract(headers.ipv4);
        verify(headers.ipv4.version == 4, error.NoMatch);
        transition accept;
    }
}

control VerifyChecksums(inout headers_t headers, inout metadata_t metadata) {
    apply { }
}

control Route(inout headers_t headers, inout metadata_t metadata,
                inout standard_metadata_t standard_metadata) {
    action drop() {
        mark_to_drop(standard_metadata);
    }

    action forward(mac_address_t next_hop, bit<9> port) {
        standard_metadata.egress_spec = port;
        headers.ethernet.source = headers.ethernet.destination;
        headers.ethernet.destination = next_hop;
        headers.ipv4.time_to_live = headers.ipv4.time_to_live - 1;
    }

    table routes {
        key = { headers.ipv4.destination : lpm; }
        actions = { forward; drop; }
        size = 1024;
        const default_action = drop();
    }

    apply {
        if (headers.ipv4.isValid() && headers.ipv4.time_to_live > 1) {
            routes.apply();
        } else {
            drop();
        }
    }
}

control Send(inout headers_t headers, inout metadata_t metadata,
               inout standard_metadata_t standard_metadata) {
    apply { }
}

control UpdateChecksums(inout headers_t headers, inout metadata_t metadata) {
    apply {
        update_checksum(headers.ipv4.isValid(),
            { headers.ipv4.version, headers.ipv4.header_length, headers.ipv4.services,
              headers.ipv4.total_length, headers.ipv4.identification, headers.ipv4.flags,
              headers.ipv4.fragment_offset, headers.ipv4.time_to_live, headers.ipv4.protocol,
              headers.ipv4.source, headers.ipv4.destination },
            headers.ipv4.checksum, HashAlgorithm.csum16);
    }
}

control Deparse(packet_out packet, in headers_t headers) {
    apply {
        packet.emit(headers.ethernet);
        packet.emit(headers.ipv4);
    }
}

V1Switch(ParseHeaders(), VerifyChecksums(), Route(), Send(), UpdateChecksums(), Deparse()) main;
