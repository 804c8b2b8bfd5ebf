//   on the way in:   home address of the option, number of the virtual address ──┐
//   on the way out:  source ──▶ [virtual_sources] ──▶ number ── destination ─────┴─▶ [bindings] ──▶ care-of address
//
// One entry serves both ways, so that a handover is one write. Only what asks is looked up: a packet with a Home Address
// option to a virtual address, and one from a virtual address that may be sent on with a routing header. Mobility
// messages pass by all bindings (RFC 6275, section 6.1): the controller gives a Binding Acknowledgement its routing header.
control Bindings(inout headers_t headers, inout metadata_t metadata) {
    action set_number(bit<16> number) {
        metadata.session.virtual_number = number;
        metadata.session.home_address = metadata.facts.destination;
        metadata.session.asks_for_binding = true;
    }
    /** Virtual addresses that mobile nodes know, by which servers send: their numbers are those of `local_addresses`. */
    @id(18) @name(".virtual_sources")
    table virtual_sources {
        key = { metadata.facts.source : exact @format(IPV6_ADDRESS) @name("address"); }
        actions = { set_number; NoAction; }
        const default_action = NoAction();
        size = LOCAL_ADDRESSES_SIZE;
    }
    action set_care_of_address(@format(IPV6_ADDRESS) bit<128> care_of_address) {
        metadata.session.care_of_address = care_of_address;
        metadata.session.has_binding = true;
    }
    /** Where mobile nodes are, by home address and number of the virtual address; written by Binding Updates. */
    @id(17) @name(".bindings")
    table bindings {
        key = {
            metadata.session.home_address : exact @format(IPV6_ADDRESS) @name("home_address");
            metadata.session.virtual_number : exact @name("virtual_number");
        }
        actions = { set_care_of_address; NoAction; }
        const default_action = NoAction();
        size = BINDINGS_SIZE;
        IDLE_TIMEOUT
    }
    apply {
        if (metadata.session.is_virtual) {
            if (metadata.facts.has_home_address) {
                metadata.session.home_address = headers.home.address;
                metadata.session.asks_for_binding = true;
            }
        } else if (metadata.facts.family == 6 && metadata.facts.protocol != PROTOCOL_MOBILITY) {
            virtual_sources.apply();
        }
        if (metadata.session.asks_for_binding) { bindings.apply(); }
    }
}
