//   intrinsic ─ ethernet ─ vlan* ─┬─ arp
//                                 ├─ ipv4 ──────────────────────────────────────────────────────────┬─ tcp, udp, icmp
//                                 └─ ipv6 ─ hop-by-hop (8 bytes) ─ options (24) ─ fragment (8) ─────┴─ mobility
//
// Tofino's parser matches 32 bits a state, computes nothing, and has no loop over bytes. So destination options are
// taken in the one layout that Mobile IPv6 stacks send: a header of 24 bytes, four bytes of padding, the Home Address
// option at 6. Every other one is marked for the controller: never mis-parsed, never let through unswapped.

const bit<32> OPTIONS_PADN = 0x01020000;    // the padding in front of the option: one PadN of four bytes,
const bit<32> OPTIONS_PAD1 = 0x00000000;    // four Pad1,
const bit<32> OPTIONS_PADN_2 = 0x01000100;  // or two PadN of two bytes

/** What the chip puts in front of a packet; all fields that have no other value begin at 0. */
parser Begin(packet_in packet, out metadata_t metadata, out ingress_intrinsic_metadata_t intrinsic) {
    state start {
        packet.extract(intrinsic);
        packet.advance(PORT_METADATA_SIZE);
        transition clear_facts;
    }
    // Everything starts at 0. Containers are cleared in front of the parser, so this takes no time.
    state clear_facts {
        metadata.facts = {...};
        metadata.session = {...};
        metadata.intents = {...};
        metadata.answers = {...};
        metadata.epoch = 0;
        metadata.flow_source = 0;
        metadata.way = way_t.none;
        metadata.awaits_binding = false;
        metadata.frame_low = 0;
        metadata.frame_high = 0;
        metadata.is_here = false;
        metadata.slot_index = 0;
        metadata.fragment_index = 0;
        metadata.slot = {...};
        metadata.fragment_slot = {...};
        metadata.slot_server = 0;
        metadata.has_server = false;
        metadata.is_bare = false;
        metadata.ipv4_rest = 0;
        metadata.tcp_rest = 0;
        metadata.udp_rest = 0;
        metadata.is_ipv4_wrong = false;
        metadata.has_udp_checksum = false;
        metadata.mirror_kind = 0;
        metadata.mirror_port = 0;
        metadata.facts.now = intrinsic.ingress_mac_tstamp;
        metadata.epoch[31:16] = 1;
        metadata.epoch[15:0] = intrinsic.ingress_mac_tstamp[47:32];
        metadata.mirror_session = 0;
        transition accept;
    }
}

/** The packet itself. */
parser PacketParse(packet_in packet, inout headers_t headers, inout metadata_t metadata) {
    Checksum() ipv4_check;
    Checksum() ipv4_rest;
    Checksum() tcp_rest;
    Checksum() udp_rest;

    state start {
        packet.extract(headers.ethernet);
        transition select(headers.ethernet.ethertype) {
            ETHERTYPE_VLAN: vlan;
            ETHERTYPE_SERVICE_VLAN: vlan;
            ETHERTYPE_ARP: arp;
            ETHERTYPE_IPV4: ipv4;
            ETHERTYPE_IPV6: ipv6;
            default: accept;
        }
    }
    state vlan {
        packet.extract(headers.vlans.next);
        transition select(headers.vlans.last.ethertype) {
            ETHERTYPE_VLAN: vlan;
            ETHERTYPE_SERVICE_VLAN: vlan;
            ETHERTYPE_ARP: arp;
            ETHERTYPE_IPV4: ipv4;
            ETHERTYPE_IPV6: ipv6;
            default: accept;
        }
    }
    state arp {
        packet.extract(headers.arp);
        transition accept;
    }

    // ---- IPv4. Options are not read: their share of the checksum is what the other fields leave of it. ----

    state ipv4 {
        packet.extract(headers.ipv4);
        metadata.facts.source[127:32] = IPV4_MAPPED;
        metadata.facts.source[31:0] = headers.ipv4.source;
        metadata.flow_source[127:32] = IPV4_MAPPED;
        metadata.flow_source[31:0] = headers.ipv4.source;
        metadata.facts.destination[127:32] = IPV4_MAPPED;
        metadata.facts.destination[31:0] = headers.ipv4.destination;
        metadata.facts.protocol = headers.ipv4.protocol;
        metadata.facts.ip_length[15:0] = headers.ipv4.total_length;
        metadata.facts.fragment_id[15:0] = headers.ipv4.identification;
        metadata.facts.hop_limit = headers.ipv4.time_to_live;
        ipv4_check.add(headers.ipv4);
        ipv4_rest.subtract(headers.ipv4);
        metadata.ipv4_rest = ipv4_rest.get();
        transition select(headers.ipv4.version, headers.ipv4.header_length) {
            (4, 5): ipv4_plain;
            (4, 6 .. 15): ipv4_options;
            default: accept;
        }
    }
    state ipv4_options {
        metadata.facts.family = 4;
        metadata.facts.is_malformed = true;
        transition accept;
    }
    state ipv4_plain {
        metadata.facts.family = 4;
        // It says whether the sum is wrong.
        metadata.is_ipv4_wrong = ipv4_check.verify();
        transition select(headers.ipv4.more_fragments, headers.ipv4.fragment_offset) {
            (0, 0): ipv4_transport;
            (1, 0): ipv4_first;
            default: later_fragment;
        }
    }
    state ipv4_first {
        metadata.facts.fragment = 1;
        transition ipv4_transport;
    }
    state ipv4_transport {
        transition select(headers.ipv4.protocol) {
            PROTOCOL_TCP: tcp;
            PROTOCOL_UDP: udp;
            PROTOCOL_ICMP: icmp;
            default: accept;
        }
    }

    // ---- IPv6 ----

    state ipv6 {
        packet.extract(headers.ipv6);
        metadata.facts.source = headers.ipv6.source;
        metadata.flow_source = headers.ipv6.source;
        metadata.facts.destination = headers.ipv6.destination;
        metadata.facts.ip_length[15:0] = headers.ipv6.payload_length;
        metadata.facts.protocol = headers.ipv6.next;
        metadata.facts.hop_limit = headers.ipv6.hop_limit;
        transition select(headers.ipv6.version, headers.ipv6.next) {
            (6, PROTOCOL_HOP_BY_HOP): hop_by_hop;
            (6, _): ipv6_chain;
            default: accept;
        }
    }
    state ipv6_chain {
        metadata.facts.family = 6;
        transition select(headers.ipv6.next) {
            PROTOCOL_DESTINATION_OPTIONS: options;
            PROTOCOL_FRAGMENT: fragment;
            PROTOCOL_ROUTING: routing;
            PROTOCOL_TCP: tcp;
            PROTOCOL_UDP: udp;
            PROTOCOL_ICMPV6: icmpv6;
            PROTOCOL_MOBILITY: mobility;
            default: accept;
        }
    }
    state hop_by_hop {
        packet.extract(headers.hop_by_hop);
        metadata.facts.family = 6;
        REPLACE(metadata.facts.protocol, headers.hop_by_hop.next)
        transition select(headers.hop_by_hop.length, headers.hop_by_hop.next) {
            (0, PROTOCOL_DESTINATION_OPTIONS): options;
            (0, PROTOCOL_FRAGMENT): fragment;
            (0, PROTOCOL_ROUTING): routing;
            (0, PROTOCOL_HOP_BY_HOP): malformed;
            (0, PROTOCOL_TCP): tcp;
            (0, PROTOCOL_UDP): udp;
            (0, PROTOCOL_ICMPV6): icmpv6;
            (0, PROTOCOL_MOBILITY): mobility;
            (0, _): accept;
            default: malformed;
        }
    }
    // One of type 2 is read, so that what is behind it is known (no server sends one); any other goes to the controller.
    state routing {
        packet.extract(headers.chunk);
        metadata.facts.has_routing = true;
        transition select(headers.chunk.length, headers.chunk.data[47:40]) {
            (2, 2): routing2;
            default: malformed;
        }
    }
    state routing2 {
        packet.extract(headers.routing_address);
        metadata.facts.has_routing2 = true;
        REPLACE(metadata.facts.protocol, headers.chunk.next)
        transition fragment_chain;
    }
    state options {
        packet.extract(headers.option_chunk);
        REPLACE(metadata.facts.protocol, headers.option_chunk.next)
        transition select(headers.option_chunk.length, headers.option_chunk.option_type,
                          headers.option_chunk.option_length) {
            (2, OPTION_HOME_ADDRESS, 16): options_padding;
            default: unplaced;
        }
    }
    state options_padding {
        transition select(headers.option_chunk.data) {
            OPTIONS_PADN: home_address;
            OPTIONS_PAD1: home_address;
            OPTIONS_PADN_2: home_address;
            default: unplaced;
        }
    }
    state home_address {
        packet.extract(headers.home);
        REPLACE(metadata.flow_source, headers.home.address)
        metadata.facts.has_home_address = true;
        transition select(headers.option_chunk.next) {
            PROTOCOL_DESTINATION_OPTIONS: unplaced;
            PROTOCOL_HOP_BY_HOP: malformed;
            PROTOCOL_ROUTING: malformed;
            PROTOCOL_FRAGMENT: fragment;
            PROTOCOL_TCP: tcp;
            PROTOCOL_UDP: udp;
            PROTOCOL_ICMPV6: icmpv6;
            PROTOCOL_MOBILITY: mobility;
            default: accept;
        }
    }
    state fragment {
        packet.extract(headers.chunk);
        REPLACE(metadata.facts.protocol, headers.chunk.next)
        metadata.facts.fragment_id = headers.chunk.data[31:0];
        // The offset, two bits that are reserved, and whether more follow (RFC 8200, section 4.5).
        transition select(headers.chunk.data[47:32]) {
            0x0000 &&& 0xfff9: fragment_chain;
            0x0001 &&& 0xfff9: ipv6_first;
            default: later_fragment;
        }
    }
    state ipv6_first {
        metadata.facts.fragment = 1;
        transition fragment_chain;
    }
    state fragment_chain {
        transition select(headers.chunk.next) {
            PROTOCOL_TCP: tcp;
            PROTOCOL_UDP: udp;
            PROTOCOL_ICMPV6: icmpv6;
            PROTOCOL_MOBILITY: mobility;
            PROTOCOL_DESTINATION_OPTIONS: unplaced;
            PROTOCOL_HOP_BY_HOP: malformed;
            PROTOCOL_ROUTING: malformed;
            PROTOCOL_FRAGMENT: malformed;
            default: accept;
        }
    }

    // ---- What the chain leads to ----

    state later_fragment {
        metadata.facts.fragment = 2;
        transition accept;
    }
    state unplaced {
        metadata.facts.is_unplaced = true;
        transition accept;
    }
    state malformed {
        metadata.facts.is_malformed = true;
        transition accept;
    }
    state tcp {
        packet.extract(headers.tcp);
        metadata.facts.source_port = headers.tcp.source_port;
        metadata.facts.destination_port = headers.tcp.destination_port;
        metadata.facts.tcp_flags = headers.tcp.flags;
        tcp_rest.subtract({ headers.tcp.checksum });
        metadata.tcp_rest = tcp_rest.get();
        transition accept;
    }
    state udp {
        packet.extract(headers.udp);
        metadata.facts.source_port = headers.udp.source_port;
        metadata.facts.destination_port = headers.udp.destination_port;
        udp_rest.subtract({ headers.udp.checksum });
        metadata.udp_rest = udp_rest.get();
        transition accept;
    }
    state icmp {
        packet.extract(headers.icmp);
        transition select(headers.icmp.type) {
            3: icmp_error;                  // RFC 1122, section 3.2.2
            4: icmp_error;
            5: icmp_error;
            11: icmp_error;
            12: icmp_error;
            default: accept;
        }
    }
    state icmpv6 {
        packet.extract(headers.icmp);
        transition select(headers.icmp.type) {
            0 .. 127: icmp_error;           // RFC 4443, section 2.1
            default: accept;
        }
    }
    state icmp_error {
        metadata.facts.is_icmp_error = true;
        transition accept;
    }
    state mobility {
        packet.extract(headers.mobility);
        metadata.facts.mobility_type = headers.mobility.type;
        transition accept;
    }
}

/** Of ports with a cable, and of the one to the controller. */
parser IngressParse(packet_in packet, out headers_t headers, out metadata_t metadata,
                    out ingress_intrinsic_metadata_t intrinsic) {
    Begin() begin;
    PacketParse() rest;

    state start {
        begin.apply(packet, metadata, intrinsic);
        transition select(intrinsic.ingress_port) {
            CPU_PORT: packet_out;
            default: wire;
        }
    }
    state wire {
        metadata.facts.in_port = intrinsic.ingress_port;
        metadata.mirror_kind = MIRROR_FROM_WIRE;
        transition whole;
    }
    state packet_out {
        packet.extract(headers.packet_out);
        metadata.mirror_kind = MIRROR_FROM_CONTROLLER;
        transition whole;
    }
    state whole {
        rest.apply(packet, headers, metadata);
        transition accept;
    }
}
