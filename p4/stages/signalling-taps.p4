//   service's end, or that of a reply ──▶ [signalling_taps] ──▶ a copy for the controller
//   both ends ──▶ [signalling_sessions] ──▶ the session that it belongs to
control SignallingTaps(inout headers_t headers, inout metadata_t metadata) {
    @name(".ingress.pipeline.taps.tap")
    action tap(bit<16> service) {
        metadata.session.service = service;
        metadata.intents.is_tapped = true;
    }
    /** Signalling of services whose sessions have announced flows (SARA, III.A). One entry is for both ways. */
    @id(14) @name(".signalling_taps")
    table signalling_taps {
        key = {
            metadata.session.virtual_address : exact @format(IPV6_ADDRESS) @name("virtual_address");
            metadata.facts.protocol : exact @name("protocol");
            metadata.session.virtual_port : exact @name("port");
        }
        actions = { tap; NoAction; }
        const default_action = NoAction();
        size = SIGNALLING_TAPS_SIZE;
    }
    @name(".ingress.pipeline.taps.set_session")
    action set_session(bit<32> session) {
        metadata.session.session = session;
    }
    /** Which session a signalling flow is of, once the controller has numbered it. One entry is for both ways. */
    @id(15) @name(".signalling_sessions")
    table signalling_sessions {
        key = {
            metadata.session.client_address : exact @format(IPV6_ADDRESS) @name("client_address");
            metadata.session.client_port : exact @name("client_port");
            metadata.session.virtual_address : exact @format(IPV6_ADDRESS) @name("virtual_address");
            metadata.session.virtual_port : exact @name("virtual_port");
            metadata.facts.protocol : exact @name("protocol");
        }
        actions = { set_session; NoAction; }
        const default_action = NoAction();
        size = SIGNALLING_SESSIONS_SIZE;
    }
    apply {
        if (signalling_taps.apply().hit) { signalling_sessions.apply(); }
    }
}
