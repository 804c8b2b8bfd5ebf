//   destination, protocol, port ──▶ [services] ──┬─ a service with sessions of its own
//                                                └─ handed over to a load balancer (Mobility Agents, figure 1)
control Services(inout headers_t headers, inout metadata_t metadata) {
    action set_service(bit<16> service) {
        metadata.session.service = service;
        metadata.session.has_service = true;
    }
    action hand_over(bit<16> service, bit<16> server) {
        metadata.session.service = service;
        metadata.session.has_service = true;
        metadata.session.server = server;
        metadata.session.is_handed_over = true;
    }
    /** The services behind virtual addresses. An entry without a port takes every port of its protocol. */
    @id(5) @name(".services")
    table services {
        key = {
            metadata.facts.destination : exact @format(IPV6_ADDRESS) @name("address");
            metadata.facts.protocol : exact @name("protocol");
            metadata.facts.destination_port : ternary @name("port");
        }
        actions = { set_service; hand_over; NoAction; }
        const default_action = NoAction();
        size = SERVICES_SIZE;
    }
    apply {
        // A later fragment has no ports: what was found for its first one is looked up by what fragments have.
        if (metadata.facts.fragment != 2) { services.apply(); }
        if (!metadata.session.has_service && metadata.facts.fragment != 2) {
            metadata.intents.reason = headers.icmp.isValid() ? reason_t.icmp : reason_t.no_service;
            metadata.intents.is_punted = true;
            metadata.intents.is_decided = true;
        }
    }
}
