//   pipe A: answers ──▶ crossing ─ addresses ─ packet as it came ──▶ port of pipe B, which loops ──▶ pipe B: answers
//
// A port of pipe B has the number of one of pipe A, but for the lowest bit of the pipe: with the bits of the port within it
// below, bit 7. Each packet loops by the port beside the one that it came in by, which has the same speed.
const PortId_t BESIDE = 0x80;

// What kind a copy is, from pipe B: the crossing, with addresses behind it or not, is not the controller's.
const bit<8> MIRROR_ACROSS = 3;
const bit<8> MIRROR_ACROSS_WITH_ADDRESSES = 4;

/** The last of pipe A. */
control GoAcross(inout headers_t headers, inout metadata_t metadata,
                 inout ingress_intrinsic_metadata_for_tm_t for_manager) {
    apply {
        headers.crossing.setValid();
        headers.crossing.port_pad = 0;
        headers.crossing.in_port = metadata.facts.in_port;
        headers.crossing.is_known = (bit<1>)metadata.session.is_known;
        headers.crossing.is_announced = (bit<1>)metadata.session.is_announced;
        headers.crossing.has_candidate = (bit<1>)metadata.session.has_candidate;
        headers.crossing.is_handed_over = (bit<1>)metadata.session.is_handed_over;
        headers.crossing.asks_for_binding = (bit<1>)metadata.session.asks_for_binding;
        headers.crossing.awaits_binding = (bit<1>)metadata.awaits_binding;
        headers.crossing.is_translated = (bit<1>)metadata.session.is_translated;
        headers.crossing.has_addresses = 0;
        headers.crossing.way_pad = 0;
        headers.crossing.way = metadata.way;
        headers.crossing.reason = metadata.intents.reason;
        headers.crossing.service = metadata.session.service;
        headers.crossing.server = metadata.session.server;
        headers.crossing.candidate = metadata.session.candidate;
        headers.crossing.balancer = metadata.answers.balancer;
        if (metadata.session.asks_for_binding || metadata.session.is_translated) {
            headers.crossing.has_addresses = 1;
            headers.addresses.setValid();
            headers.addresses.home_address = metadata.session.home_address;
            headers.addresses.virtual_number = metadata.session.virtual_number;
            headers.addresses.checksum_change = metadata.session.checksum_change;
            headers.addresses.translated_address = metadata.session.translated_address;
            headers.addresses.translated_port = metadata.session.translated_port;
        }
        for_manager.ucast_egress_port = metadata.facts.in_port ^ BESIDE;
    }
}

/** Of ports that loop: what is whole bytes is where pipe A had it, at once. */
parser LoopedParse(packet_in packet, out headers_t headers, out metadata_t metadata,
                   out ingress_intrinsic_metadata_t intrinsic) {
    Begin() begin;
    PacketParse() rest;

    state start {
        begin.apply(packet, metadata, intrinsic);
        packet.extract(headers.crossing);
        metadata.intents.reason = headers.crossing.reason;
        metadata.session.service = headers.crossing.service;
        metadata.session.server = headers.crossing.server;
        metadata.session.candidate = headers.crossing.candidate;
        metadata.answers.balancer = headers.crossing.balancer;
        transition select(headers.crossing.has_addresses) {
            1: with_addresses;
            default: plain;
        }
    }
    state with_addresses {
        packet.extract(headers.addresses);
        metadata.session.home_address = headers.addresses.home_address;
        metadata.session.virtual_number = headers.addresses.virtual_number;
        metadata.session.checksum_change = headers.addresses.checksum_change;
        metadata.session.translated_address = headers.addresses.translated_address;
        metadata.session.translated_port = headers.addresses.translated_port;
        metadata.mirror_kind = MIRROR_ACROSS_WITH_ADDRESSES;
        transition whole;
    }
    state plain {
        metadata.mirror_kind = MIRROR_ACROSS;
        transition whole;
    }
    state whole {
        rest.apply(packet, headers, metadata);
        transition accept;
    }
}

/** The first of pipe B: what is bits, and what follows from them. */
control ComeAcross(inout headers_t headers, inout metadata_t metadata) {
    apply {
        metadata.session.is_known = (bool)headers.crossing.is_known;
        metadata.session.is_announced = (bool)headers.crossing.is_announced;
        metadata.session.has_candidate = (bool)headers.crossing.has_candidate;
        metadata.session.is_handed_over = (bool)headers.crossing.is_handed_over;
        metadata.session.asks_for_binding = (bool)headers.crossing.asks_for_binding;
        metadata.session.is_translated = (bool)headers.crossing.is_translated;
        metadata.awaits_binding = (bool)headers.crossing.awaits_binding;
        metadata.way = headers.crossing.way;
        metadata.mirror_port = headers.crossing.in_port;
        metadata.mirror_session = (MirrorId_t)CPU_SESSION;
        if (headers.crossing.is_known == 1 || headers.crossing.is_announced == 1) {
            metadata.session.class = class_t.established;
        }
        if (headers.crossing.reason != reason_t.none) {
            metadata.intents.is_punted = true;
            metadata.is_bare = true;
        }
        if (headers.crossing.is_translated == 1) { metadata.facts.source = metadata.session.translated_address; }
        headers.crossing.setInvalid();
        headers.addresses.setInvalid();
    }
}
