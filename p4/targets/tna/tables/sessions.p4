// What decides which server a flow has, asked at once (pipeline.p4).
control Flows(inout headers_t headers, inout metadata_t metadata) {
    @name(".ingress.pipeline.sessions.set_server")
    action set_server(bit<SERVER_BITS> server) {
        metadata.session.server[SERVER_BITS - 1:0] = server;
        metadata.session.is_known = true;
        metadata.session.class = class_t.established;
    }
    /** Flows that the controller knows. */
    @id(6) @name(".flows") FLOW_ANNOTATIONS
    table flows {
        key = {
            FLOW_SOURCE : exact @format(IPV6_ADDRESS) @name("source");
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
    apply { flows.apply(); }
}

control AnnouncedFlows(inout headers_t headers, inout metadata_t metadata) {
    @name(".ingress.pipeline.sessions.expect_server")
    action expect_server(bit<16> server) {
        metadata.session.candidate = server;
        metadata.session.has_candidate = true;
        metadata.session.is_announced = true;
        metadata.session.class = class_t.established;
    }
    /** Flows that signalling has announced, before their first packet. */
    @id(7) @name(".announced_flows")
    table announced_flows {
        key = {
            FLOW_SOURCE : ternary @format(IPV6_ADDRESS) @name("source");
            metadata.facts.destination : ternary @format(IPV6_ADDRESS) @name("destination");
            metadata.facts.source_port : ternary @name("source_port");
            metadata.facts.destination_port : ternary @name("destination_port");
            metadata.facts.protocol : ternary @name("protocol");
        }
        actions = { expect_server; NoAction; }
        const default_action = NoAction();
        size = ANNOUNCED_FLOWS_SIZE;
    }
    apply { announced_flows.apply(); }
}

control Admission(inout headers_t headers, inout metadata_t metadata) {
    @name(".ingress.pipeline.sessions.set_drop_probability")
    action set_drop_probability(bit<32> probability) {
        // Two fields cannot be compared everywhere; a difference that stops at zero can be tested.
        metadata.answers.drop_excess = probability |-| metadata.answers.drawn;
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
    apply { admission.apply(); }
}

control Selection(inout headers_t headers, inout metadata_t metadata) {
    SELECTOR(members)

    @name(".ingress.pipeline.sessions.set_candidate")
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
            FLOW_SOURCE : selector;
            metadata.facts.source_port : selector;
            metadata.facts.destination_port : selector;
            metadata.facts.protocol : selector;
        }
        actions = { set_candidate; NoAction; }
        SELECTOR_PROPERTY(members)
        size = SELECTION_SIZE;
    }
    apply { selection.apply(); }
}
