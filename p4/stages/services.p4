//   destination, protocol, port ──▶ [services] ──▶ service, how it hands packets on
control Services(inout headers_t headers, inout metadata_t metadata) {
    action set_service(bit<16> service, mode_t mode) {
        metadata.session.service = service;
        metadata.session.mode = mode;
    }
    /** The services behind virtual addresses. Port 0 in an entry's mask stands for every port. */
    @name(".services")
    table services {
        key = {
            metadata.facts.destination : exact @name("address");
            metadata.facts.protocol : exact @name("protocol");
            metadata.facts.destination_port : ternary @name("port");
        }
        actions = { set_service; NoAction; }
        const default_action = NoAction();
        size = SERVICES_SIZE;
    }
    apply {
        services.apply();
    }
}
