//   in_port ──▶ [ports] ──▶ role, the switch's link-layer address there
//
// A frame that is for somebody else on the link is dropped: on a shared link it would be delivered twice.
control PortRole(inout headers_t headers, inout metadata_t metadata) {
    PORT_COUNTER(port_counter)

    action set_role(role_t role, @format(MAC_ADDRESS) bit<48> address) {
        metadata.session.role = role;
        metadata.session.link_address = address;
        COUNT_PORT(port_counter)
    }
    /** What each port is for, and what comes in by it. A port that is not here drops all it gets. */
    @id(1) @name(".ports")
    table ports {
        key = { metadata.facts.in_port : exact @name("port"); }
        actions = { set_role; }
        const default_action = set_role(role_t.none, 0);
        size = PORTS_SIZE;
        PORT_PROPERTIES(port_counter)
    }
    apply {
        ports.apply();
        // Bit 40 is that of groups (IEEE 802), which Neighbor Discovery and ARP are sent to.
        if (metadata.session.role == role_t.none ||
            (headers.ethernet.destination != metadata.session.link_address &&
             headers.ethernet.destination[40:40] == 0)) {
            metadata.intents.is_dropped = true;
            metadata.intents.is_decided = true;
        }
    }
}
