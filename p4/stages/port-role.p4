//   in_port ──▶ [ports] ──▶ role
control PortRole(inout headers_t headers, inout metadata_t metadata) {
    action set_role(role_t role) {
        metadata.session.role = role;
    }
    /** What each port is for. A port that is not here drops all it gets. */
    @name(".ports")
    table ports {
        key = { metadata.facts.in_port : exact @name("port"); }
        actions = { set_role; }
        const default_action = set_role(role_t.none);
        size = PORTS_SIZE;
    }
    apply {
        ports.apply();
        if (metadata.session.role == role_t.none) {
            metadata.intents.is_dropped = true;
            metadata.intents.is_decided = true;
        }
    }
}
