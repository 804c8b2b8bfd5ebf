// The services behind virtual addresses.
control ServiceTable(inout headers_t headers, inout metadata_t metadata) {
    @name(".ingress.pipeline.services.set_service")
    action set_service(bit<16> service) {
        metadata.session.service = service;
        metadata.session.has_service = true;
    }
    @name(".ingress.pipeline.services.hand_over")
    action hand_over(bit<16> service, bit<16> server) {
        metadata.session.service = service;
        metadata.session.has_service = true;
        metadata.answers.balancer = server;
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
    apply { services.apply(); }
}
