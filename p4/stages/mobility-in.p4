//   to a virtual address:
//     HoTI, CoTI, BU, other mobility headers ──▶ controller
//     routing header of type 2 ──▶ dropped
//     ICMP errors ──▶ controller, which translates their quotes
//     Home Address option ──▶ [bindings_in] ──┬─ hit: source := home address, the option goes
//                                              └─ miss: controller, for a Binding Error
//
// RFC 6275, sections 9.2 and 9.3.1: a correspondent node takes a Home Address option only with a binding, or with a
// Binding Update. Checksums stay as they are: they were computed over the home address (section 9.3.1).
control MobilityIn(inout headers_t headers, inout metadata_t metadata) {
    StripHomeAddress() strip;

    action punt(reason_t reason) {
        metadata.intents.reason = reason;
        metadata.intents.is_punted = true;
        metadata.intents.is_decided = true;
    }
    action swap_to_home_address() {
        metadata.facts.source = headers.home.address;
        headers.ipv6.source = headers.home.address;
    }
    action refuse_unbound() {
        punt(reason_t.unbound_home_address);
    }
    /** Bindings of mobile nodes, written by Binding Updates. */
    @id(3) @name(".bindings_in")
    table bindings_in {
        key = {
            headers.home.address : exact @format(IPV6_ADDRESS) @name("home_address");
            headers.ipv6.source : exact @format(IPV6_ADDRESS) @name("care_of_address");
            headers.ipv6.destination : exact @format(IPV6_ADDRESS) @name("virtual_address");
        }
        actions = { swap_to_home_address; refuse_unbound; }
        const default_action = refuse_unbound();
        size = BINDINGS_SIZE;
        IDLE_TIMEOUT
    }
    apply {
        if (metadata.facts.is_unplaced) {
            punt(reason_t.unplaced_home_address);
        } else if (metadata.facts.is_malformed) {
            punt(reason_t.malformed);
        } else if (metadata.facts.has_routing2) {
            // Only mobile nodes take this header (section 6.4).
            metadata.intents.is_dropped = true;
            metadata.intents.is_decided = true;
        } else if (headers.mobility.isValid()) {
            if (metadata.facts.mobility_type == MOBILITY_HOME_TEST_INIT) {
                punt(reason_t.home_test_init);
            } else if (metadata.facts.mobility_type == MOBILITY_CARE_OF_TEST_INIT) {
                punt(reason_t.care_of_test_init);
            } else if (metadata.facts.mobility_type == MOBILITY_BINDING_UPDATE) {
                punt(reason_t.binding_update);
            } else {
                punt(reason_t.mobility_other);
            }
        } else if (metadata.facts.family == 6 && metadata.facts.protocol == PROTOCOL_MOBILITY) {
            // A fragment of a mobility message.
            punt(reason_t.fragment);
        } else if (metadata.facts.has_home_address) {
            if (bindings_in.apply().hit) { strip.apply(headers, metadata); }
        }
        if (!metadata.intents.is_decided && metadata.facts.is_icmp_error) {
            punt(reason_t.icmp_error);
        }
    }
}
