//   (destination, source) ──▶ [bindings_out] ──▶ routing header of type 2, destination := care-of address
//
// RFC 6275, sections 6.4 and 9.3.2. The header stands behind hop-by-hop options and before a fragment header and
// destination options (RFC 8200, section 4.1), in every fragment of a packet. Mobility messages other than a Binding
// Acknowledgement do not take it (section 9.3.2).
control MobilityOut(inout headers_t headers, inout metadata_t metadata) {
    InsertRoutingHeader() insert;

    action route_to_care_of_address(@format(IPV6_ADDRESS) bit<128> care_of_address) {
        metadata.session.route_address = care_of_address;
    }
    /** Where bound mobile nodes are. */
    @id(4) @name(".bindings_out")
    table bindings_out {
        key = {
            metadata.facts.destination : exact @format(IPV6_ADDRESS) @name("home_address");
            metadata.facts.source : exact @format(IPV6_ADDRESS) @name("virtual_address");
        }
        actions = { route_to_care_of_address; NoAction; }
        const default_action = NoAction();
        size = BINDINGS_SIZE;
        IDLE_TIMEOUT
    }
    apply {
        bool takes = !headers.mobility.isValid() ||
            metadata.facts.mobility_type == MOBILITY_BINDING_ACKNOWLEDGEMENT;
        if (metadata.facts.family == 6 && takes) {
            if (bindings_out.apply().hit) {
                if (metadata.facts.has_routing) {
                    metadata.intents.reason = reason_t.routing_header;
                    metadata.intents.is_punted = true;
                    metadata.intents.is_decided = true;
                } else {
                    insert.apply(headers, metadata);
                    metadata.facts.ip_length = metadata.facts.ip_length + (bit<32>)ROUTING2_LENGTH;
                    metadata.session.added = (bit<32>)ROUTING2_LENGTH;
                }
            }
        }
    }
}
