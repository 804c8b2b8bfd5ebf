// What each port is for.
control Ports(inout headers_t headers, inout metadata_t metadata) {
    @name(".ingress.pipeline.port_role.port_counter")
    DirectCounter<bit<64>>(CounterType_t.PACKETS_AND_BYTES) port_counter;

    @name(".ingress.pipeline.port_role.set_role")
    action set_role(role_t role, @format(MAC_ADDRESS) bit<48> address) {
        metadata.session.role = role;
        metadata.session.link_address = address;
        port_counter.count();
    }
    /** What each port is for, and what comes in by it. A port that is not here drops all it gets. */
    @id(1) @name(".ports")
    table ports {
        key = { metadata.facts.in_port : exact @name("port"); }
        actions = { set_role; }
        const default_action = set_role(role_t.none, 0);
        size = PORTS_SIZE;
        counters = port_counter;
    }
    apply { ports.apply(); }
}
