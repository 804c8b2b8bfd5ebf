//   ethernet ─ vlan* ─┬─ arp
//                     ├─ ipv4 ─ options ──────────────┬─ tcp, udp, icmp
//                     └─ ipv6 ─ hop-by-hop ─ chain* ──┴─ mobility
//
// The chain of extension headers lies in 8-byte chunks. Options are walked one by one, since the bytes C9 10 occur
// inside other options too. The chunk at whose end a Home Address option begins and the address behind it get
// headers of their own, so that taking the option out is making a header invalid. The same walk stands twice:
// before the option, into `before`, and behind it, into `after`.

parser Parse(packet_in packet, out headers_t headers, inout metadata_t metadata,
             inout standard_metadata_t standard) {
    state start {
        metadata.facts.family = 0;
        metadata.facts.fragment = 0;
        metadata.facts.has_home_address = false;
        metadata.facts.is_malformed = false;
        metadata.facts.is_unplaced = false;
        metadata.facts.has_routing = false;
        metadata.facts.has_routing2 = false;
        metadata.place.options_after = 0;
        metadata.place.is_alone = false;
        metadata.facts.source_port = 0;
        metadata.facts.destination_port = 0;
        metadata.facts.tcp_flags = 0;
        metadata.facts.mobility_type = 0;
        metadata.facts.is_icmp_error = false;
        metadata.chain.bytes = 0;
        metadata.chain.count = 0;
        metadata.chain.current = NO_CHUNK;
        metadata.chain.previous = NO_CHUNK;
        transition select(standard.ingress_port) {
            CPU_PORT: packet_out;
            default: ethernet;
        }
    }
    state packet_out {
        packet.extract(headers.packet_out);
        transition ethernet;
    }
    state ethernet {
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

    // ---- IPv4 ----

    state ipv4 {
        packet.extract(headers.ipv4);
        metadata.facts.source = IPV4_MAPPED ++ headers.ipv4.source;
        metadata.facts.destination = IPV4_MAPPED ++ headers.ipv4.destination;
        metadata.facts.protocol = headers.ipv4.protocol;
        metadata.facts.hop_limit = headers.ipv4.time_to_live;
        metadata.facts.ip_length = 16w0 ++ headers.ipv4.total_length;
        metadata.facts.fragment_id = 16w0 ++ headers.ipv4.identification;
        if (headers.ipv4.fragment_offset != 0) {
            metadata.facts.fragment = 2;
        } else if (headers.ipv4.more_fragments == 1) {
            metadata.facts.fragment = 1;
        }
        // A header that is not as long as it says is none (RFC 1812, section 5.2.2); the family stays 0.
        bit<16> missing = ((bit<16>)headers.ipv4.header_length << 2) |-| headers.ipv4.total_length;
        transition select(headers.ipv4.version, headers.ipv4.header_length, missing) {
            (4, 5, 0): ipv4_end;
            (4, 6 .. 15, 0): ipv4_options;
            default: accept;
        }
    }
    state ipv4_options {
        packet.extract(headers.ipv4_options, ((bit<32>)headers.ipv4.header_length - 5) << 5);
        transition ipv4_end;
    }
    state ipv4_end {
        metadata.facts.family = 4;
        transition transport;
    }

    // ---- IPv6 ----

    state ipv6 {
        packet.extract(headers.ipv6);
        metadata.facts.source = headers.ipv6.source;
        metadata.facts.destination = headers.ipv6.destination;
        metadata.facts.hop_limit = headers.ipv6.hop_limit;
        metadata.facts.ip_length = (16w0 ++ headers.ipv6.payload_length) + 40;
        metadata.chain.next = headers.ipv6.next;
        transition select(headers.ipv6.version) {
            6: ipv6_chain;
            default: accept;
        }
    }
    state ipv6_chain {
        metadata.facts.family = 6;
        transition select(headers.ipv6.next) {
            PROTOCOL_HOP_BY_HOP: hop_by_hop;
            default: chain;
        }
    }
    state hop_by_hop {
        packet.extract(headers.hop_by_hop.next);
        metadata.chain.bytes = metadata.chain.bytes + 8;
        metadata.chain.next = headers.hop_by_hop.last.next;
        metadata.chain.left = headers.hop_by_hop.last.length;
        transition hop_by_hop_rest;
    }
    state hop_by_hop_rest {
        transition select(metadata.chain.left) {
            0: chain;
            default: hop_by_hop_chunk;
        }
    }
    state hop_by_hop_chunk {
        packet.extract(headers.hop_by_hop.next);
        metadata.chain.bytes = metadata.chain.bytes + 8;
        metadata.chain.left = metadata.chain.left - 1;
        transition hop_by_hop_rest;
    }

    // ---- The chain before a Home Address option ----

    state chain {
        metadata.chain.previous = metadata.chain.current;
        metadata.chain.current = metadata.chain.count;
        transition select(metadata.chain.next) {
            PROTOCOL_DESTINATION_OPTIONS: options;
            PROTOCOL_ROUTING: routing;
            PROTOCOL_FRAGMENT: fragment;
            PROTOCOL_HOP_BY_HOP: malformed;
            default: chain_end;
        }
    }
    state routing {
        packet.extract(headers.before.next);
        metadata.chain.bytes = metadata.chain.bytes + 8;
        metadata.chain.count = metadata.chain.count + 1;
        metadata.chain.next = headers.before.last.next;
        metadata.chain.left = headers.before.last.length;
        metadata.facts.has_routing = true;
        if (headers.before.last.data[47:40] == 2) { metadata.facts.has_routing2 = true; }
        transition rest;
    }
    state rest {
        transition select(metadata.chain.left) {
            0: chain;
            default: rest_chunk;
        }
    }
    state rest_chunk {
        packet.extract(headers.before.next);
        metadata.chain.bytes = metadata.chain.bytes + 8;
        metadata.chain.count = metadata.chain.count + 1;
        metadata.chain.left = metadata.chain.left - 1;
        transition rest;
    }
    state fragment {
        packet.extract(headers.before.next);
        metadata.chain.bytes = metadata.chain.bytes + 8;
        metadata.chain.count = metadata.chain.count + 1;
        metadata.chain.next = headers.before.last.next;
        metadata.facts.fragment_id = headers.before.last.data[31:0];
        if (headers.before.last.data[47:35] != 0) {
            metadata.facts.fragment = 2;
        } else if (headers.before.last.data[32:32] == 1) {
            metadata.facts.fragment = 1;
        }
        // What follows the header of a later fragment is no header (RFC 8200, section 4.5).
        transition select(metadata.facts.fragment) {
            2: chain_end;
            default: chain;
        }
    }

    // Mostly the option is alone in the first header of the chain, behind a PadN of four bytes: what the walk below would find is known.
    state options {
        transition select(packet.lookahead<bit<64>>(), metadata.chain.previous, metadata.facts.fragment) {
            (0x000201020000c910 &&& 0x00ffffff0000ffff, NO_CHUNK, 0): lone_home_address;
            default: walk_options;
        }
    }
    state lone_home_address {
        packet.extract(headers.option_chunk);
        packet.extract(headers.home);
        metadata.chain.bytes = metadata.chain.bytes + 24;
        metadata.chain.next = headers.option_chunk.next;
        metadata.facts.has_home_address = true;
        metadata.place.is_alone = true;
        transition after;
    }
    state walk_options {
        metadata.chain.chunk = packet.lookahead<bit<64>>();
        metadata.chain.next = metadata.chain.chunk[63:56];
        metadata.chain.left = metadata.chain.chunk[55:48];
        metadata.chain.begin = metadata.chain.count;
        metadata.chain.offset = 2;
        metadata.chain.is_split = false;
        metadata.chain.has_options = false;
        transition option;
    }
    state option {
        bit<8> type = (bit<8>)(metadata.chain.chunk >> (bit<8>)(56 - (metadata.chain.offset << 3)));
        bit<8> length = (bit<8>)(metadata.chain.chunk >> (bit<8>)(48 - (metadata.chain.offset << 3)));
        bit<8> found = OPTION_CONTINUE;
        if (metadata.chain.offset >= 8) {
            found = OPTION_CHUNK;
        } else if (type == OPTION_PAD1) {
            metadata.chain.offset = metadata.chain.offset + 1;
        } else if (metadata.chain.offset == 7 && type != OPTION_HOME_ADDRESS) {
            // Its length stands in the next chunk.
            metadata.chain.is_split = true;
            metadata.chain.has_options = metadata.chain.has_options || type != OPTION_PADN;
            metadata.chain.offset = 8;
        } else if (type == OPTION_HOME_ADDRESS) {
            // Behind a fragment header only the first fragment has it, so that not all of them could be swapped alike.
            if (metadata.chain.offset == 6 && length == 16 && metadata.chain.left >= 2 &&
                metadata.facts.fragment == 0) {
                found = OPTION_HOME;
            } else {
                found = OPTION_WRONG;
            }
        } else {
            metadata.chain.has_options = metadata.chain.has_options || type != OPTION_PADN;
            metadata.chain.offset = metadata.chain.offset + 2 + (bit<16>)length;
        }
        transition select(found) {
            OPTION_CONTINUE: option;
            OPTION_CHUNK: option_chunk;
            OPTION_HOME: home_address;
            default: unplaced;
        }
    }
    state option_chunk {
        packet.extract(headers.before.next);
        metadata.chain.bytes = metadata.chain.bytes + 8;
        metadata.chain.count = metadata.chain.count + 1;
        metadata.chain.offset = metadata.chain.offset - 8;
        transition select(metadata.chain.left, metadata.chain.offset, metadata.chain.is_split) {
            (0, 0, false): chain;
            (0, _, _): malformed;
            default: option_next;
        }
    }
    state option_next {
        metadata.chain.left = metadata.chain.left - 1;
        metadata.chain.chunk = packet.lookahead<bit<64>>();
        if (metadata.chain.is_split) {
            metadata.chain.is_split = false;
            metadata.chain.offset = 1 + (bit<16>)metadata.chain.chunk[63:56];
        }
        transition option;
    }

    // ---- A Home Address option, and the chain behind it ----

    state home_address {
        packet.extract(headers.option_chunk);
        packet.extract(headers.home);
        metadata.chain.bytes = metadata.chain.bytes + 24;
        metadata.facts.has_home_address = true;
        metadata.place.home_address_first = metadata.chain.count == metadata.chain.begin;
        metadata.place.options_begin = metadata.chain.begin;
        metadata.place.options_end = metadata.chain.count;
        metadata.place.options_previous = metadata.chain.previous;
        metadata.place.options_next = metadata.chain.next;
        metadata.chain.left = metadata.chain.left - 2;
        metadata.chain.offset = 0;
        metadata.chain.count = 0;
        transition home_rest;
    }
    state home_rest {
        transition select(metadata.chain.left) {
            0: home_end;
            default: home_next;
        }
    }
    state home_next {
        metadata.chain.left = metadata.chain.left - 1;
        metadata.chain.chunk = packet.lookahead<bit<64>>();
        if (metadata.chain.is_split) {
            metadata.chain.is_split = false;
            metadata.chain.offset = 1 + (bit<16>)metadata.chain.chunk[63:56];
        }
        transition home_option;
    }
    state home_option {
        bit<8> type = (bit<8>)(metadata.chain.chunk >> (bit<8>)(56 - (metadata.chain.offset << 3)));
        bit<8> length = (bit<8>)(metadata.chain.chunk >> (bit<8>)(48 - (metadata.chain.offset << 3)));
        bit<8> found = OPTION_CONTINUE;
        if (metadata.chain.offset >= 8) {
            found = OPTION_CHUNK;
        } else if (type == OPTION_PAD1) {
            metadata.chain.offset = metadata.chain.offset + 1;
        } else if (type == OPTION_HOME_ADDRESS) {
            // It may stand in a packet once (RFC 6275, section 6.3).
            found = OPTION_WRONG;
        } else if (metadata.chain.offset == 7) {
            metadata.chain.is_split = true;
            metadata.chain.has_options = metadata.chain.has_options || type != OPTION_PADN;
            metadata.chain.offset = 8;
        } else {
            metadata.chain.has_options = metadata.chain.has_options || type != OPTION_PADN;
            metadata.chain.offset = metadata.chain.offset + 2 + (bit<16>)length;
        }
        transition select(found) {
            OPTION_CONTINUE: home_option;
            OPTION_CHUNK: home_chunk;
            default: unplaced;
        }
    }
    state home_chunk {
        packet.extract(headers.after.next);
        metadata.chain.bytes = metadata.chain.bytes + 8;
        metadata.chain.count = metadata.chain.count + 1;
        metadata.chain.offset = metadata.chain.offset - 8;
        transition select(metadata.chain.left, metadata.chain.offset, metadata.chain.is_split) {
            (0, 0, false): home_end;
            (0, _, _): malformed;
            default: home_next;
        }
    }
    state home_end {
        metadata.place.only_padding = !metadata.chain.has_options;
        metadata.place.options_after = metadata.chain.count;
        transition after;
    }
    // Headers behind the one with the option: their chunks are kept, and options in them are looked at.
    state after {
        transition select(metadata.chain.next) {
            PROTOCOL_DESTINATION_OPTIONS: after_options;
            PROTOCOL_ROUTING: after_routing;
            PROTOCOL_FRAGMENT: after_fragment;
            PROTOCOL_HOP_BY_HOP: malformed;
            default: chain_end;
        }
    }
    state after_routing {
        packet.extract(headers.after.next);
        metadata.chain.bytes = metadata.chain.bytes + 8;
        metadata.chain.next = headers.after.last.next;
        metadata.chain.left = headers.after.last.length;
        metadata.facts.has_routing = true;
        if (headers.after.last.data[47:40] == 2) { metadata.facts.has_routing2 = true; }
        transition after_rest;
    }
    state after_rest {
        transition select(metadata.chain.left) {
            0: after;
            default: after_chunk;
        }
    }
    state after_chunk {
        packet.extract(headers.after.next);
        metadata.chain.bytes = metadata.chain.bytes + 8;
        metadata.chain.left = metadata.chain.left - 1;
        transition after_rest;
    }
    state after_fragment {
        packet.extract(headers.after.next);
        metadata.chain.bytes = metadata.chain.bytes + 8;
        metadata.chain.next = headers.after.last.next;
        metadata.facts.fragment_id = headers.after.last.data[31:0];
        if (headers.after.last.data[47:35] != 0) {
            metadata.facts.fragment = 2;
        } else if (headers.after.last.data[32:32] == 1) {
            metadata.facts.fragment = 1;
        }
        transition select(metadata.facts.fragment) {
            2: chain_end;
            default: after;
        }
    }
    state after_options {
        metadata.chain.chunk = packet.lookahead<bit<64>>();
        metadata.chain.next = metadata.chain.chunk[63:56];
        metadata.chain.left = metadata.chain.chunk[55:48];
        metadata.chain.offset = 2;
        metadata.chain.is_split = false;
        transition after_option;
    }
    state after_option {
        bit<8> type = (bit<8>)(metadata.chain.chunk >> (bit<8>)(56 - (metadata.chain.offset << 3)));
        bit<8> length = (bit<8>)(metadata.chain.chunk >> (bit<8>)(48 - (metadata.chain.offset << 3)));
        bit<8> found = OPTION_CONTINUE;
        if (metadata.chain.offset >= 8) {
            found = OPTION_CHUNK;
        } else if (type == OPTION_PAD1) {
            metadata.chain.offset = metadata.chain.offset + 1;
        } else if (type == OPTION_HOME_ADDRESS) {
            found = OPTION_WRONG;
        } else if (metadata.chain.offset == 7) {
            metadata.chain.is_split = true;
            metadata.chain.offset = 8;
        } else {
            metadata.chain.offset = metadata.chain.offset + 2 + (bit<16>)length;
        }
        transition select(found) {
            OPTION_CONTINUE: after_option;
            OPTION_CHUNK: after_option_chunk;
            default: unplaced;
        }
    }
    state after_option_chunk {
        packet.extract(headers.after.next);
        metadata.chain.bytes = metadata.chain.bytes + 8;
        metadata.chain.offset = metadata.chain.offset - 8;
        transition select(metadata.chain.left, metadata.chain.offset, metadata.chain.is_split) {
            (0, 0, false): after;
            (0, _, _): malformed;
            default: after_option_next;
        }
    }
    state after_option_next {
        metadata.chain.left = metadata.chain.left - 1;
        metadata.chain.chunk = packet.lookahead<bit<64>>();
        if (metadata.chain.is_split) {
            metadata.chain.is_split = false;
            metadata.chain.offset = 1 + (bit<16>)metadata.chain.chunk[63:56];
        }
        transition after_option;
    }

    // ---- What the chain leads to ----

    state unplaced {
        metadata.facts.is_unplaced = true;
        transition accept;
    }
    state malformed {
        metadata.facts.is_malformed = true;
        transition accept;
    }
    state chain_end {
        metadata.facts.protocol = metadata.chain.next;
        // Headers beyond the end of the payload: nothing could be taken out of it.
        bit<16> beyond = metadata.chain.bytes |-| headers.ipv6.payload_length;
        transition select(beyond) {
            0: transport;
            default: malformed;
        }
    }
    state transport {
        transition select(metadata.facts.fragment, metadata.facts.family, metadata.facts.protocol) {
            (2, _, _): accept;
            (_, _, PROTOCOL_TCP): tcp;
            (_, _, PROTOCOL_UDP): udp;
            (_, 4, PROTOCOL_ICMP): icmp;
            (_, 6, PROTOCOL_ICMPV6): icmp;
            (_, 6, PROTOCOL_MOBILITY): mobility;
            default: accept;
        }
    }
    state tcp {
        packet.extract(headers.tcp);
        metadata.facts.source_port = headers.tcp.source_port;
        metadata.facts.destination_port = headers.tcp.destination_port;
        metadata.facts.tcp_flags = headers.tcp.flags;
        transition accept;
    }
    state udp {
        packet.extract(headers.udp);
        metadata.facts.source_port = headers.udp.source_port;
        metadata.facts.destination_port = headers.udp.destination_port;
        transition accept;
    }
    state icmp {
        packet.extract(headers.icmp);
        transition select(metadata.facts.protocol, headers.icmp.type) {
            (PROTOCOL_ICMPV6, 0 .. 127): icmp_error;   // RFC 4443, section 2.1
            (PROTOCOL_ICMP, 3): icmp_error;            // RFC 1122, section 3.2.2
            (PROTOCOL_ICMP, 4): icmp_error;
            (PROTOCOL_ICMP, 5): icmp_error;
            (PROTOCOL_ICMP, 11): icmp_error;
            (PROTOCOL_ICMP, 12): icmp_error;
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
