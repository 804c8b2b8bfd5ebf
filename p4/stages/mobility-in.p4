//   to a virtual address, once its binding is looked up:
//     Home Address option ──┬─ the source is the binding's care-of address: source := home address, the option goes
//                           └─ no binding, or another address: controller, for a Binding Error
//     ICMP errors ──▶ controller, which translates their quotes
//
// RFC 6275, section 9.3.1: a correspondent node takes a Home Address option only with a binding, or with a Binding
// Update. Checksums stay as they are: they were computed over the home address.
control MobilityIn(inout headers_t headers, inout metadata_t metadata) {
    StripHomeAddress() strip;

    action punt(reason_t reason) {
        metadata.intents.reason = reason;
        metadata.intents.is_punted = true;
        metadata.intents.is_decided = true;
    }
    apply {
        if (metadata.facts.has_home_address) {
            if (metadata.session.has_binding && metadata.session.care_of_address == metadata.facts.source) {
                metadata.facts.source = headers.home.address;
                headers.ipv6.source = headers.home.address;
                strip.apply(headers, metadata);
            } else {
                punt(reason_t.unbound_home_address);
            }
        }
        if (!metadata.intents.is_decided && metadata.facts.is_icmp_error) {
            punt(reason_t.icmp_error);
        }
    }
}
