//   inbound:       admission ─ caches ──▶ [outcome] ─ servers ─┐
//   outbound:      routing header ─ routes ─ neighbors ────────┴─ taps ──▶ [ending]
//
// What is done with a packet once the tables about it are asked, its binding is checked and `flows` has answered. What changes a
// packet that goes to the controller does no harm: the copy is the packet as it came.

/** Step 9: a Home Address option is taken from the care-of address of its binding only. */
control BindingCheck(inout headers_t headers, inout metadata_t metadata) {
    BindingCache() bindings;

    action refuse_home_address() {
        metadata.intents.reason = reason_t.unbound_home_address;
        metadata.intents.is_punted = true;
        metadata.is_bare = true;
        metadata.way = way_t.none;
    }
    // A table compares more bits than a condition.
    @hidden
    table same_address {
        key = {
            metadata.session.has_binding : exact;
            metadata.session.care_of_difference : ternary;
        }
        actions = { refuse_home_address; NoAction; }
        const entries = { (true, 0) : NoAction(); }
        const default_action = refuse_home_address();
        size = 1;
    }
    apply {
        if (metadata.session.asks_for_binding) { bindings.apply(headers, metadata); }
        if (metadata.awaits_binding && metadata.facts.has_home_address) { same_address.apply(); }
    }
}

/** Steps 12 to 14: the server of an inbound packet. */
control Outcome(inout headers_t headers, inout metadata_t metadata) {
    action refuse() {
        metadata.session.is_refused = true;
        metadata.intents.is_dropped = true;
        metadata.way = way_t.none;
    }
    action punt(reason_t reason) {
        metadata.intents.reason = reason;
        metadata.intents.is_punted = true;
        metadata.way = way_t.none;
    }
    action use_balancer() { metadata.session.server = metadata.answers.balancer; }
    action use_slot() { metadata.session.server = metadata.slot.found[15:0]; }
    action use_fragment_slot() { metadata.session.server = metadata.fragment_slot.found[15:0]; }
    action use_candidate() { metadata.session.server = metadata.session.candidate; }
    action learn() {
        metadata.session.server = metadata.session.candidate;
        metadata.intents.event = event_t.learned;
    }
    action admit() {
        metadata.session.server = metadata.session.candidate;
        metadata.intents.event = event_t.learned;
        metadata.session.is_admitted = true;
    }
    @hidden
    table outcomes {
        key = {
            metadata.facts.fragment : ternary;
            metadata.fragment_slot.found[16:16] : ternary;
            metadata.session.is_handed_over : ternary;
            metadata.session.is_known : ternary;
            metadata.answers.drop_excess : ternary;
            metadata.slot.owner : ternary;
            metadata.slot.found[16:16] : ternary;
            metadata.session.has_candidate : ternary;
            metadata.session.is_announced : ternary;
        }
        actions = { refuse; punt; use_balancer; use_slot; use_fragment_slot; use_candidate; learn; admit; NoAction; }
        const entries = {
            // fragment, its slot, handed over, known, excess, slot's owner, its server, candidate, announced
            (2, 1, _,     _,     _, _,          _, _,    _)     : use_fragment_slot();
            (2, _, _,     _,     _, _,          _, _,    _)     : punt(reason_t.fragment);
            (_, _, true,  _,     _, _,          _, _,    _)     : use_balancer();
            (_, _, _,     true,  0, _,          _, _,    _)     : NoAction();
            (_, _, _,     true,  _, _,          _, _,    _)     : refuse();
            (_, _, _,     _,     _, SLOT_SAME,  1, _,    _)     : use_slot();
            // Another flow's, by the first tag or the second.
            (_, _, _,     _,     0, SLOT_OTHER, _, true, true)  : use_candidate();
            (_, _, _,     _,     0, SLOT_OTHER, _, true, false) : punt(reason_t.slot_taken);
            (_, _, _,     _,     0, SLOT_SAME,  _, true, true)  : use_candidate();
            (_, _, _,     _,     0, SLOT_SAME,  _, true, false) : punt(reason_t.slot_taken);
            (_, _, _,     _,     0, _,          _, true, true)  : learn();
            (_, _, _,     _,     0, _,          _, true, false) : admit();
            (_, _, _,     _,     0, _,          _, _,    _)     : punt(reason_t.no_server);
            (_, _, _,     _,     _, _,          _, _,    _)     : refuse();
        }
        const default_action = NoAction();
        size = 16;
    }
    apply { outcomes.apply(); }
}

/** Steps 15 to 17 and 24: what leaves, and what is copied. */
control Ending(inout headers_t headers, inout metadata_t metadata,
               inout ingress_intrinsic_metadata_for_deparser_t for_deparser,
               inout ingress_intrinsic_metadata_for_tm_t for_manager) {
    action drop() { for_deparser.drop_ctl = 1; }
    action hand_to_controller() {
        for_deparser.drop_ctl = 1;
        for_deparser.mirror_type = MIRROR_TO_CPU;
    }
    action hand_over_bare() {
        metadata.session.service = 0;
        metadata.session.server = 0;
        for_deparser.drop_ctl = 1;
        for_deparser.mirror_type = MIRROR_TO_CPU;
    }
    action report_missing_server() {
        metadata.intents.reason = reason_t.no_server;
        for_deparser.drop_ctl = 1;
        for_deparser.mirror_type = MIRROR_TO_CPU;
    }
    action report_size() {
        metadata.intents.reason = reason_t.packet_too_big;
        // The sender is told what its next packets may be (RFC 8201, section 4).
        metadata.intents.auxiliary = metadata.session.mtu[15:0] - metadata.session.added[15:0];
        for_deparser.drop_ctl = 1;
        for_deparser.mirror_type = MIRROR_TO_CPU;
    }
    action forward() { for_manager.ucast_egress_port = metadata.intents.egress_port; }
    action forward_and_copy() {
        for_manager.ucast_egress_port = metadata.intents.egress_port;
        metadata.intents.reason = reason_t.signalling;
        for_deparser.mirror_type = MIRROR_TO_CPU;
    }
    @hidden
    table endings {
        key = {
            metadata.intents.is_dropped : ternary;
            metadata.intents.is_punted : ternary;
            metadata.is_bare : ternary;
            metadata.answers.is_missing : ternary;
            metadata.session.mtu[15:0] : ternary;
            metadata.answers.room : ternary;
            metadata.intents.is_tapped : ternary;
        }
        actions = { drop; hand_to_controller; hand_over_bare; report_missing_server; report_size; forward; forward_and_copy; }
        const entries = {
            // dropped, punted, bare, no server, MTU, room in it, tapped
            (true, _,    _,    _,    _, _, _)     : drop();
            (_,    true, true, _,    _, _, _)     : hand_over_bare();
            (_,    true, _,    _,    _, _, _)     : hand_to_controller();
            (_,    _,    _,    true, _, _, _)     : report_missing_server();
            (_,    _,    _,    _,    0, _, true)  : forward_and_copy();
            (_,    _,    _,    _,    0, _, _)     : forward();
            (_,    _,    _,    _,    _, 0, _)     : report_size();
            (_,    _,    _,    _,    _, _, true)  : forward_and_copy();
        }
        const default_action = forward();
        size = 8;
    }
    apply { endings.apply(); }
}

/** What does not wait for the way that the packet goes. */
control Preparation(inout headers_t headers, inout metadata_t metadata) {
    Draw() draw;
    SlotHashes() hashes;
    Admission() admission;

    apply {
        draw.apply(headers, metadata);
        hashes.apply(headers, metadata);
        admission.apply(headers, metadata);
        if (metadata.session.is_handed_over) {
            metadata.slot_server = metadata.answers.balancer;
            metadata.has_server = true;
        } else if (metadata.session.is_known && metadata.answers.drop_excess == 0) {
            metadata.slot_server = metadata.session.server;
            metadata.has_server = true;
        } else {
            metadata.slot_server = metadata.session.candidate;
        }
    }
}

control Carrying(inout headers_t headers, inout metadata_t metadata,
                 inout ingress_intrinsic_metadata_for_deparser_t for_deparser,
                 inout ingress_intrinsic_metadata_for_tm_t for_manager) {
    TranslateFromServer() from_server;
    StripHomeAddress() strip;
    LearningCache() cache;
    FragmentCache() fragments;
    Outcome() outcome;
    MobilityOut() mobility_out;
    Routing() routing;
    SignallingTaps() taps;
    ServerTable() servers;
    TranslateToServer() to_server;
    Ending() ending;

    /** By service: new sessions that admission let in, packets of those that it refused, and of established ones. */
    @name(".ingress.admitted") @id(3) Counter<bit<64>, bit<16>>((bit<32>)SERVICES_SIZE, CounterType_t.PACKETS) admitted;
    @name(".ingress.refused") @id(4) Counter<bit<64>, bit<16>>((bit<32>)SERVICES_SIZE, CounterType_t.PACKETS) refused;
    @name(".ingress.degraded") @id(5) Counter<bit<64>, bit<16>>((bit<32>)SERVICES_SIZE, CounterType_t.PACKETS) degraded;

    apply {
        if (metadata.session.is_translated) { from_server.apply(headers, metadata); }
        if (metadata.way == way_t.inbound) {
            if (metadata.facts.has_home_address) {
                metadata.facts.source = headers.home.address;
                headers.ipv6.source = headers.home.address;
                strip.apply(headers, metadata);
            }
            metadata.session.client_address = metadata.flow_source;
            metadata.session.client_port = metadata.facts.source_port;
            metadata.session.virtual_address = metadata.facts.destination;
            metadata.session.virtual_port = metadata.facts.destination_port;
            if (metadata.facts.fragment != 2 && !metadata.session.is_handed_over && !metadata.session.is_known) {
                cache.apply(headers, metadata);
            }
            fragments.apply(headers, metadata);
            outcome.apply(headers, metadata);
            if (metadata.facts.protocol == PROTOCOL_TCP && metadata.facts.fragment != 2 &&
                !metadata.session.is_handed_over) {
                if (metadata.facts.tcp_flags & TCP_FIN_RST != 0) {
                    metadata.intents.event = event_t.closed;
                } else if (metadata.session.is_known && metadata.facts.tcp_flags & TCP_SYN_ACK == TCP_SYN) {
                    metadata.intents.event = event_t.opened;
                }
            }
            servers.apply(headers, metadata);
            to_server.apply(headers, metadata);
        } else if (metadata.way != way_t.none) {
            metadata.session.route_address = metadata.facts.destination;
            if (metadata.way == way_t.outbound) {
                // `flows`, which reads the port, is asked before.
                if (metadata.session.is_translated) {
                    metadata.facts.source_port = metadata.session.translated_port;
                    metadata.session.virtual_port = metadata.session.translated_port;
                } else {
                    metadata.session.virtual_port = metadata.facts.source_port;
                }
                metadata.session.client_address = metadata.facts.destination;
                metadata.session.client_port = metadata.facts.destination_port;
                metadata.session.virtual_address = metadata.facts.source;
                mobility_out.apply(headers, metadata);
                if (metadata.facts.protocol == PROTOCOL_TCP && metadata.facts.tcp_flags & TCP_FIN_RST != 0) {
                    metadata.intents.event = event_t.closed;
                }
            }
            if (!metadata.intents.is_punted) { routing.apply(headers, metadata); }
        }
        if (metadata.way == way_t.inbound || metadata.way == way_t.outbound) { taps.apply(headers, metadata); }
        if (metadata.session.is_admitted) {
            admitted.count(metadata.session.service);
        } else if (metadata.session.is_refused) {
            if (metadata.session.class == class_t.new_session) { refused.count(metadata.session.service); }
            else { degraded.count(metadata.session.service); }
        }
        ending.apply(headers, metadata, for_deparser, for_manager);
    }
}
