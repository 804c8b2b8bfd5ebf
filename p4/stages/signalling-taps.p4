//   service, or source address and port of a reply ──▶ [signalling_taps] ──▶ a copy for the controller
control SignallingTaps(inout headers_t headers, inout metadata_t metadata) {
    action tap(bit<16> service) {
        metadata.session.service = service;
        metadata.intents.is_tapped = true;
    }
    /** Signalling of services whose sessions have announced flows (SARA, III.A), both ways by the virtual address's end. */
    @name(".signalling_taps")
    table signalling_taps {
        key = {
            metadata.session.tap_address : exact @name("virtual_address");
            metadata.facts.protocol : exact @name("protocol");
            metadata.session.tap_port : exact @name("port");
        }
        actions = { tap; NoAction; }
        const default_action = NoAction();
        size = SIGNALLING_TAPS_SIZE;
    }
    apply {
        signalling_taps.apply();
    }
}
