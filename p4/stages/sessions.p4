//   5-tuple ──▶ collisions ──▶ [flows] ──┬─ known: the server of the session ──────────────────────────────────────┐
//                                        └─ learning cache ──┬─ has it: its server                               │
//                                                            └─ [announced_flows], [selection]: a candidate ─────┴─▶ draw ──▶ cache ──▶ verdict
//
// A flow that is known, or cached, keeps its server, so that changes of the members move no flow (SARA, III.B and III.C),
// and the draw is for none that the cache has: nothing else is asked about it. The cache keeps a candidate only if the draw
// admits it. What was announced belongs to a session that is established. Tofino's registers are accessed once for a packet:
// there the candidate and the draw come before the one access (targets/tna/pipeline.p4).
control Sessions(inout headers_t headers, inout metadata_t metadata) {
    FLOW_COUNTER(flow_counter)
    FlowCollisions() collisions;
    Draw() draw;
    LearningCache() cache;
    FragmentCache() fragments;

    action punt(reason_t reason) {
        metadata.intents.reason = reason;
        metadata.intents.is_punted = true;
        metadata.intents.is_decided = true;
    }
    action set_server(bit<16> server) {
        metadata.session.server = server;
        metadata.session.is_known = true;
        COUNT_FLOW(flow_counter)
    }
    /** Flows that the controller knows. */
    @id(6) @name(".flows") FLOW_ANNOTATIONS
    table flows {
        key = {
            metadata.facts.source : exact @format(IPV6_ADDRESS) @name("source");
            metadata.facts.destination : exact @format(IPV6_ADDRESS) @name("destination");
            metadata.facts.source_port : exact @name("source_port");
            metadata.facts.destination_port : exact @name("destination_port");
            metadata.facts.protocol : exact @name("protocol");
        }
        actions = { set_server; @defaultonly NoAction; }
        const default_action = NoAction();
        size = FLOWS_SIZE;
        FLOW_PROPERTIES(flow_counter)
    }

    action expect_server(bit<16> server) {
        metadata.session.candidate = server;
        metadata.session.has_candidate = true;
        metadata.session.is_announced = true;
    }
    /** Flows that signalling has announced, before their first packet. */
    @id(7) @name(".announced_flows")
    table announced_flows {
        key = {
            metadata.facts.source : ternary @format(IPV6_ADDRESS) @name("source");
            metadata.facts.destination : ternary @format(IPV6_ADDRESS) @name("destination");
            metadata.facts.source_port : ternary @name("source_port");
            metadata.facts.destination_port : ternary @name("destination_port");
            metadata.facts.protocol : ternary @name("protocol");
        }
        actions = { expect_server; NoAction; }
        const default_action = NoAction();
        size = ANNOUNCED_FLOWS_SIZE;
    }

    action set_drop_probability(bit<32> probability) {
        metadata.session.drop_probability = probability;
    }
    /** SA2C's probabilities in 1/65536, so that 65536 refuses all. */
    @id(8) @name(".admission")
    table admission {
        key = {
            metadata.session.service : exact @name("service");
            metadata.session.class : exact @name("class");
        }
        actions = { set_drop_probability; }
        default_action = set_drop_probability(0);
        size = ADMISSION_SIZE;
    }

    SELECTOR(members)

    action set_candidate(bit<16> server) {
        metadata.session.candidate = server;
        metadata.session.has_candidate = true;
    }
    /** The servers that new sessions may go to, by weight. A service without an entry takes none. */
    @id(9) @name(".selection")
    @max_group_size(SELECTION_GROUP_SIZE)
    table selection {
        key = {
            metadata.session.service : exact @name("service");
            metadata.facts.source : selector;
            metadata.facts.source_port : selector;
            metadata.facts.destination_port : selector;
            metadata.facts.protocol : selector;
        }
        actions = { set_candidate; NoAction; }
        SELECTOR_PROPERTY(members)
        size = SELECTION_SIZE;
    }

    apply {
        slot_t slot = slot_t.miss;
        if (metadata.facts.fragment != 2 && !metadata.session.is_handed_over) {
            collisions.apply(headers, metadata);
            if (!metadata.session.is_known) {
                if (!flows.apply().hit) {
                    cache.apply(headers, metadata, false, slot);
                    if (slot == slot_t.miss) {
                        if (!announced_flows.apply().hit) { selection.apply(); }
                    }
                }
            }
            if (slot != slot_t.miss) {
                metadata.session.is_known = true;
                if (slot == slot_t.again) { metadata.intents.event = event_t.learned; }
            } else {
                bool is_established = metadata.session.is_known || metadata.session.is_announced;
                metadata.session.class = is_established ? class_t.established : class_t.new_session;
                admission.apply();
                draw.apply(headers, metadata);
                if (!metadata.session.is_known) {
                    cache.apply(headers, metadata, true, slot);
                    if (slot == slot_t.inserted || slot == slot_t.again) {
                        metadata.session.is_known = true;
                        metadata.session.is_refused = false;
                        metadata.intents.event = event_t.learned;
                        if (slot == slot_t.inserted) {
                            metadata.session.is_admitted = !metadata.session.is_announced;
                        }
                    } else if (!metadata.session.is_refused) {
                        if (metadata.session.is_announced) {
                            metadata.session.server = metadata.session.candidate;
                        } else if (slot == slot_t.taken) {
                            punt(reason_t.slot_taken);
                        } else {
                            punt(reason_t.no_server);
                        }
                    }
                } else if (metadata.facts.protocol == PROTOCOL_TCP &&
                           metadata.facts.tcp_flags & TCP_SYN_ACK == TCP_SYN) {
                    metadata.intents.event = event_t.opened;
                }
            }
            if (metadata.facts.protocol == PROTOCOL_TCP && metadata.facts.tcp_flags & TCP_FIN_RST != 0) {
                metadata.intents.event = event_t.closed;
            }
            if (metadata.session.is_refused) {
                metadata.intents.is_dropped = true;
                metadata.intents.is_decided = true;
            }
        }
        if (metadata.facts.fragment != 0 && !metadata.intents.is_decided) {
            // A later fragment has no ports: it goes where the first one went, or the controller puts it together.
            fragments.apply(headers, metadata, slot);
            if (metadata.facts.fragment == 2 && slot != slot_t.hit) { punt(reason_t.fragment); }
        }
    }
}
