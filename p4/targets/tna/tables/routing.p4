//   destination ──▶ [routes] ──▶ next hop ──▶ [neighbors] ──▶ link-layer address, port, MTU
//   hop limit 0 or 1 ──▶ controller, for Time Exceeded
control Routing(inout headers_t headers, inout metadata_t metadata) {
    action punt(reason_t reason) {
        metadata.intents.reason = reason;
        metadata.intents.is_punted = true;
    }
    @name(".ingress.pipeline.routing.set_next_hop")
    action set_next_hop(bit<16> next_hop) {
        metadata.session.next_hop = next_hop;
    }
    @name(".ingress.pipeline.routing.report_no_route")
    action report_no_route() {
        punt(reason_t.no_route);
    }
    /** Longest prefixes of both families; those of IPv4 begin with the 96 bits of mapped addresses. */
    @id(12) @name(".routes")
    table routes {
        key = { metadata.session.route_address : lpm @format(IPV6_ADDRESS) @name("prefix"); }
        actions = { set_next_hop; report_no_route; }
        const default_action = report_no_route();
        size = ROUTES_SIZE;
        ROUTES_PROPERTY
    }
    @name(".ingress.pipeline.routing.to_neighbor")
    action to_neighbor(@format(MAC_ADDRESS) bit<48> destination,
                       @format(MAC_ADDRESS) bit<48> source,
                       bit<9> port, bit<16> mtu) {
        headers.ethernet.destination = destination;
        headers.ethernet.source = source;
        metadata.intents.egress_port = port;
        metadata.session.mtu[15:0] = mtu;
        // Action data cannot be taken off a field, but a field off action data.
        metadata.answers.room = mtu |-| metadata.answers.last_byte;
    }
    @name(".ingress.pipeline.routing.report_no_neighbor")
    action report_no_neighbor() {
        punt(reason_t.no_neighbor);
        metadata.intents.auxiliary = metadata.session.next_hop;
    }
    @id(13) @name(".neighbors")
    table neighbors {
        key = { metadata.session.next_hop : exact @name("next_hop"); }
        actions = { to_neighbor; report_no_neighbor; }
        const default_action = report_no_neighbor();
        size = NEIGHBORS_SIZE;
    }
    apply {
        if (metadata.facts.hop_limit <= 1) {
            punt(reason_t.time_exceeded);
        } else {
            routes.apply();
            // An entry may say that there is no route, within a longer prefix of another family.
            if (!metadata.intents.is_punted) {
                neighbors.apply();
                if (metadata.facts.family == 4) { headers.ipv4.time_to_live = headers.ipv4.time_to_live - 1; }
                else { headers.ipv6.hop_limit = headers.ipv6.hop_limit - 1; }
            }
        }
    }
}
