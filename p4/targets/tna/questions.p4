//   every packet:  ports ─ local addresses ─ scopes ─ services ─ translations back ─ virtual sources ─ candidates ──▶ [verdict]
//
// What is asked about every packet, before it is known whether the answer is wanted, and what a table says to the answers.
// Numbers in comments are the steps of docs/pipeline.md. Nothing here changes a packet.

/** Whether a frame is for the switch, or for a group. */
control Frame(inout headers_t headers, inout metadata_t metadata) {
    action set_here() { metadata.is_here = true; }
    @hidden
    table frames {
        key = {
            metadata.frame_low : ternary;
            metadata.frame_high : ternary;
            headers.ethernet.destination[40:40] : ternary;
        }
        actions = { set_here; NoAction; }
        const entries = {
            (0, 0, _) : set_here();
            (_, _, 1) : set_here();     // bit 40 is that of groups (IEEE 802)
        }
        const default_action = NoAction();
        size = 2;
    }
    apply {
        metadata.frame_low = headers.ethernet.destination[31:0] ^ metadata.session.link_address[31:0];
        metadata.frame_high = headers.ethernet.destination[47:32] ^ metadata.session.link_address[47:32];
        frames.apply();
    }
}

/**
 * Steps 3 to 11 but for bindings, and 18 to 20: which way the packet goes, or why it does not. What is said behind step 9
 * holds for a packet with a Home Address option only if its binding says so, too (BindingCheck).
 */
control Verdict(inout headers_t headers, inout metadata_t metadata) {
    action drop() { metadata.intents.is_dropped = true; }
    action punt(reason_t reason) {
        metadata.intents.reason = reason;
        metadata.intents.is_punted = true;
        metadata.is_bare = true;
    }
    action punt_asked() {
        metadata.intents.reason = metadata.answers.asked_reason;
        metadata.intents.is_punted = true;
        metadata.is_bare = true;
    }
    action punt_behind_binding(reason_t reason) {
        punt(reason);
        metadata.awaits_binding = true;
    }
    action go(way_t way) { metadata.way = way; }
    action go_inbound() {
        go(way_t.inbound);
        metadata.awaits_binding = true;
    }
    @hidden
    table verdicts {
        key = {
            metadata.session.role : ternary;
            metadata.is_here : ternary;
            headers.arp.isValid() : ternary;
            metadata.facts.family : ternary;
            metadata.answers.is_foreign : ternary;
            metadata.session.is_unroutable : ternary;
            metadata.session.is_virtual : ternary;
            metadata.answers.is_local : ternary;
            metadata.facts.is_unplaced : ternary;
            metadata.facts.is_malformed : ternary;
            metadata.facts.has_routing2 : ternary;
            headers.mobility.isValid() : ternary;
            metadata.facts.mobility_type : ternary;
            metadata.facts.protocol : ternary;
            headers.icmp.isValid() : ternary;
            headers.icmp.type : ternary;
            metadata.facts.is_icmp_error : ternary;
            metadata.facts.fragment : ternary;
            metadata.session.has_service : ternary;
            metadata.answers.asked_reason : ternary;
        }
        actions = { drop; punt; punt_behind_binding; punt_asked; go; go_inbound; NoAction; }
        const entries = {
            // role           here   arp   fam  foreign unroutable virtual local  unplaced malformed routing2 mobility type protocol icmp  type  error  fragment service asked
            (role_t.none,     _,     _,    _,    _,    _,     _,     _,    _,    _,     _,    _,    _,                          _,                 _,    _,             _,    _, _,     _) : drop();                              // 3
            (_,               false, _,    _,    _,    _,     _,     _,    _,    _,     _,    _,    _,                          _,                 _,    _,             _,    _, _,     _) : drop();
            (_,               _,     true, _,    _,    _,     _,     _,    _,    _,     _,    _,    _,                          _,                 _,    _,             _,    _, _,     _) : punt(reason_t.arp);                  // 4
            (_,               _,     _,    0,    _,    _,     _,     _,    _,    _,     _,    _,    _,                          _,                 _,    _,             _,    _, _,     _) : drop();
            (_,               _,     _,    6,    _,    _,     _,     _,    _,    false, _,    _,    _,                          _,                 true, 133,           _,    _, _,     _) : punt(reason_t.neighbor_discovery);
            (_,               _,     _,    6,    _,    _,     _,     _,    _,    false, _,    _,    _,                          _,                 true, 134 &&& 0xfe,  _,    _, _,     _) : punt(reason_t.neighbor_discovery);
            (_,               _,     _,    6,    _,    _,     _,     _,    _,    false, _,    _,    _,                          _,                 true, 136 &&& 0xfe,  _,    _, _,     _) : punt(reason_t.neighbor_discovery);
            (_,               _,     _,    _,    true, _,     _,     _,    _,    _,     _,    _,    _,                          _,                 _,    _,             _,    _, _,     _) : drop();                              // 5
            (_,               _,     _,    _,    _,    _,     _,     true, _,    _,     _,    _,    _,                          _,                 _,    _,             _,    _, _,     _) : punt(reason_t.local);                // 6
            (_,               _,     _,    _,    _,    true,  false, _,    _,    _,     _,    _,    _,                          _,                 _,    _,             _,    _, _,     _) : drop();
            (_,               _,     _,    _,    _,    _,     true,  _,    true, _,     _,    _,    _,                          _,                 _,    _,             _,    _, _,     _) : punt(reason_t.unplaced_home_address); // 7
            (_,               _,     _,    _,    _,    _,     true,  _,    _,    true,  _,    _,    _,                          _,                 _,    _,             _,    _, _,     _) : punt(reason_t.malformed);
            (_,               _,     _,    _,    _,    _,     true,  _,    _,    _,     true, _,    _,                          _,                 _,    _,             _,    _, _,     _) : drop();
            (_,               _,     _,    _,    _,    _,     true,  _,    _,    _,     _,    true, MOBILITY_HOME_TEST_INIT,    _,                 _,    _,             _,    _, _,     _) : punt(reason_t.home_test_init);       // 8
            (_,               _,     _,    _,    _,    _,     true,  _,    _,    _,     _,    true, MOBILITY_CARE_OF_TEST_INIT, _,                 _,    _,             _,    _, _,     _) : punt(reason_t.care_of_test_init);
            (_,               _,     _,    _,    _,    _,     true,  _,    _,    _,     _,    true, MOBILITY_BINDING_UPDATE,    _,                 _,    _,             _,    _, _,     _) : punt(reason_t.binding_update);
            (_,               _,     _,    _,    _,    _,     true,  _,    _,    _,     _,    true, _,                          _,                 _,    _,             _,    _, _,     _) : punt(reason_t.mobility_other);
            (_,               _,     _,    6,    _,    _,     true,  _,    _,    _,     _,    _,    _,                          PROTOCOL_MOBILITY, _,    _,             _,    _, _,     _) : punt(reason_t.fragment);
            (_,               _,     _,    _,    _,    _,     true,  _,    _,    _,     _,    _,    _,                          _,                 _,    _,             true, _, _,     _) : punt_behind_binding(reason_t.icmp_error); // 10
            (_,               _,     _,    _,    _,    _,     true,  _,    _,    _,     _,    _,    _,                          _,                 _,    _,             _,    2, _,     _) : go_inbound();
            (_,               _,     _,    _,    _,    _,     true,  _,    _,    _,     _,    _,    _,                          _,                 true, _,             _,    _, false, _) : punt_behind_binding(reason_t.icmp); // 11
            (_,               _,     _,    _,    _,    _,     true,  _,    _,    _,     _,    _,    _,                          _,                 _,    _,             _,    _, false, _) : punt_behind_binding(reason_t.no_service);
            (_,               _,     _,    _,    _,    _,     true,  _,    _,    _,     _,    _,    _,                          _,                 _,    _,             _,    _, _,     _) : go_inbound();
            (role_t.uplink,   _,     _,    _,    _,    _,     _,     _,    _,    _,     _,    _,    _,                          _,                 _,    _,             _,    _, _,     _) : go(way_t.passing);                   // 18
            (_,               _,     _,    _,    _,    _,     _,     _,    true, _,     _,    _,    _,                          _,                 _,    _,             _,    _, _,     _) : punt(reason_t.unplaced_home_address); // 19
            (_,               _,     _,    _,    _,    _,     _,     _,    _,    true,  _,    _,    _,                          _,                 _,    _,             _,    _, _,     _) : punt(reason_t.malformed);
            (_,               _,     _,    _,    _,    _,     _,     _,    _,    _,     _,    _,    _,                          _,                 _,    _,             _,    _, _,     reason_t.none) : go(way_t.outbound);
            (_,               _,     _,    _,    _,    _,     _,     _,    _,    _,     _,    _,    _,                          _,                 _,    _,             _,    _, _,     _) : punt_asked();                         // 20
        }
        const default_action = NoAction();
        size = 32;
    }
    apply { verdicts.apply(); }
}

control Questions(inout headers_t headers, inout metadata_t metadata) {
    Ports() ports;
    LocalAddresses() local_addresses;
    Scopes() scopes;
    ServiceTable() services;
    TranslationsBack() translations_back;
    VirtualSources() virtual_sources;
    FlowCollisions() collisions;
    AnnouncedFlows() announced_flows;
    Selection() selection;
    Frame() frame;
    Verdict() verdict;

    apply {
        // First announced flows, whose words would keep `flows` waiting.
        announced_flows.apply(headers, metadata);
        ports.apply(headers, metadata);
        local_addresses.apply(headers, metadata);
        translations_back.apply(headers, metadata);
        collisions.apply(headers, metadata);
        if (metadata.facts.fragment != 2) { services.apply(headers, metadata); }
        scopes.apply(headers, metadata);
        frame.apply(headers, metadata);
        if (!metadata.session.is_announced) { selection.apply(headers, metadata); }
        if (metadata.session.is_virtual) {
            metadata.session.home_address = headers.home.address;
            metadata.session.asks_for_binding = metadata.facts.has_home_address;
        } else if (metadata.session.role != role_t.uplink) {
            if (metadata.answers.is_translated_back && !metadata.facts.is_malformed && !metadata.facts.is_unplaced) {
                metadata.facts.source = metadata.session.translated_address;
                metadata.session.is_translated = true;
            }
            if (metadata.facts.family == 6 && metadata.facts.protocol != PROTOCOL_MOBILITY) {
                virtual_sources.apply(headers, metadata);
            }
        }
        verdict.apply(headers, metadata);
    }
}
