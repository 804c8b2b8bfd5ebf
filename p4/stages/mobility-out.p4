//   to a bound mobile node: routing header of type 2, destination := care-of address
//
// RFC 6275, sections 6.4 and 9.3.2. The header stands behind hop-by-hop options and before a fragment header and
// destination options (RFC 8200, section 4.1), in every fragment of a packet.
control MobilityOut(inout headers_t headers, inout metadata_t metadata) {
    InsertRoutingHeader() insert;

    apply {
        if (metadata.session.has_binding) {
            if (metadata.facts.has_routing) {
                metadata.intents.reason = reason_t.routing_header;
                metadata.intents.is_punted = true;
                metadata.intents.is_decided = true;
            } else {
                metadata.session.route_address = metadata.session.care_of_address;
                insert.apply(headers, metadata);
            }
        }
    }
}
