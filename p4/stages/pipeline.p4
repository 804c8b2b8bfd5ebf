//                   ┌─ to a virtual address: messages ─┐            ┌─ mobility in ─ services ─ sessions ─┐        ┌─ servers ────────────────┐
//   port role ─ local ┤                                  ├─ bindings ─┤                                     ├─ taps ─┤                          ├─ size
//                   └─ from a server: translate back ──┘            └─────────────────────────────────────┘        └─ mobility out ─ routing ─┘
//
// Taps stand before anything is rewritten on the way in, and after NAT is undone on the way out, so that both ways
// are known by the virtual address. No table stands in two places: that takes a target that can come back to one.
control MoorPipeline(inout headers_t headers, inout metadata_t metadata) {
    PortRole() port_role;
    Local() local;
    MobilityMessages() messages;
    Bindings() bindings;
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
        bool is_inbound = metadata.session.is_virtual;
        bool is_outbound = !is_inbound && metadata.session.role != role_t.uplink;
        if (!metadata.intents.is_decided) {
            if (is_inbound) {
                messages.apply(headers, metadata);
            } else if (is_outbound) {
                if (metadata.facts.is_unplaced || metadata.facts.is_malformed) {
                    // What stands behind it was not read, and is not translated.
                    if (metadata.facts.is_unplaced) { metadata.intents.reason = reason_t.unplaced_home_address; }
                    else { metadata.intents.reason = reason_t.malformed; }
                    metadata.intents.is_punted = true;
                    metadata.intents.is_decided = true;
                } else {
                    translate_back.apply(headers, metadata);
                }
            }
        }
        if (!metadata.intents.is_decided && (is_inbound || is_outbound)) {
            bindings.apply(headers, metadata);
            if (is_inbound) {
                mobility_in.apply(headers, metadata);
                if (!metadata.intents.is_decided) { services.apply(headers, metadata); }
                if (!metadata.intents.is_decided) { sessions.apply(headers, metadata); }
                metadata.session.client_address = metadata.facts.source;
                metadata.session.client_port = metadata.facts.source_port;
                metadata.session.virtual_address = metadata.facts.destination;
                metadata.session.virtual_port = metadata.facts.destination_port;
            } else {
                metadata.session.client_address = metadata.facts.destination;
                metadata.session.client_port = metadata.facts.destination_port;
                metadata.session.virtual_address = metadata.facts.source;
                metadata.session.virtual_port = metadata.facts.source_port;
            }
            if (!metadata.intents.is_decided) { taps.apply(headers, metadata); }
        }
        if (!metadata.intents.is_decided) {
            if (is_inbound) {
                servers.apply(headers, metadata);
            } else {
                // From an uplink, and not to a virtual address, it only passes.
                metadata.session.route_address = metadata.facts.destination;
                if (is_outbound) {
                    mobility_out.apply(headers, metadata);
                    if (metadata.facts.protocol == PROTOCOL_TCP && metadata.facts.tcp_flags & TCP_FIN_RST != 0) {
                        metadata.intents.event = event_t.closed;
                    }
                }
                if (!metadata.intents.is_decided) { routing.apply(headers, metadata); }
            }
        }
        maximum_size.apply(headers, metadata);
    }
}
