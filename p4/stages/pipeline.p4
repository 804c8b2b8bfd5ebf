//                        ┌─ to a virtual address: mobility in ─ services ─ sessions ─ servers ──────────┐
//   port role ─ local ───┤                                                                               ├─ size
//                        └─ from a server: translate back ─ mobility out ──────────── routing ──────────┘
//
// Taps stand before anything is rewritten on the way in, and after NAT is undone on the way out, so that both ways
// are known by the virtual address.
control Pipeline(inout headers_t headers, inout metadata_t metadata) {
    PortRole() port_role;
    Local() local;
    MobilityIn() mobility_in;
    Services() services;
    Sessions() sessions;
    Servers() servers;
    TranslateBack() translate_back;
    MobilityOut() mobility_out;
    SignallingTaps() taps;
    Routing() routing;
    MaximumSize() maximum_size;

    apply {
        port_role.apply(headers, metadata);
        if (!metadata.intents.is_decided) { local.apply(headers, metadata); }
        if (!metadata.intents.is_decided) {
            if (metadata.session.is_virtual) {
                // ---- inbound ----
                mobility_in.apply(headers, metadata);
                if (!metadata.intents.is_decided) { services.apply(headers, metadata); }
                if (!metadata.intents.is_decided) {
                    bool is_icmp = metadata.facts.protocol == PROTOCOL_ICMP ||
                        metadata.facts.protocol == PROTOCOL_ICMPV6;
                    if (metadata.session.mode == mode_t.none && metadata.facts.fragment != 2) {
                        metadata.intents.reason = is_icmp ? reason_t.icmp_error : reason_t.no_service;
                        metadata.intents.is_punted = true;
                        metadata.intents.is_decided = true;
                    } else {
                        metadata.session.tap_address = metadata.facts.destination;
                        metadata.session.tap_port = metadata.facts.destination_port;
                        sessions.apply(headers, metadata);
                        if (!metadata.intents.is_decided) {
                            taps.apply(headers, metadata);
                            servers.apply(headers, metadata);
                        }
                    }
                }
            } else {
                // ---- outbound, and what only passes ----
                metadata.session.route_address = metadata.facts.destination;
                if (metadata.session.role != role_t.uplink) {
                    translate_back.apply(headers, metadata);
                    metadata.session.tap_address = metadata.facts.source;
                    metadata.session.tap_port = metadata.facts.source_port;
                    taps.apply(headers, metadata);
                    if (metadata.facts.is_malformed) {
                        metadata.intents.reason = reason_t.chain_too_long;
                        metadata.intents.is_punted = true;
                        metadata.intents.is_decided = true;
                    } else {
                        mobility_out.apply(headers, metadata);
                    }
                    if (metadata.facts.protocol == PROTOCOL_TCP && metadata.facts.tcp_flags & TCP_FIN_RST != 0) {
                        metadata.intents.event = event_t.closed;
                    }
                }
                if (!metadata.intents.is_decided) { routing.apply(headers, metadata); }
            }
        }
        if (metadata.intents.is_decided && !metadata.intents.is_punted && !metadata.intents.is_dropped) {
            maximum_size.apply(headers, metadata);
        }
    }
}
