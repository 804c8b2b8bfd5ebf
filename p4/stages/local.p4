//   destination ──▶ [local_addresses] ──▶ virtual address │ address of the switch │ neither
//   ARP, Neighbor Discovery ──▶ controller
//
// Neighbor Discovery and ARP are answered by the controller: they are rare, and answers need addresses that only
// configuration knows. The policer keeps a flood of them from it.
const bit<8> ICMPV6_ROUTER_SOLICITATION = 133;
const bit<8> ICMPV6_REDIRECT = 137;

control Local(inout headers_t headers, inout metadata_t metadata) {
    action set_virtual() {
        metadata.session.is_virtual = true;
    }
    action set_local() {
        metadata.session.is_local = true;
    }
    /** Addresses that moor answers for: virtual ones, and its own. */
    @name(".local_addresses")
    table local_addresses {
        key = { metadata.facts.destination : exact @name("address"); }
        actions = { set_virtual; set_local; NoAction; }
        const default_action = NoAction();
        size = LOCAL_ADDRESSES_SIZE;
    }
    apply {
        if (headers.arp.isValid()) {
            metadata.intents.reason = reason_t.arp;
            metadata.intents.is_punted = true;
            metadata.intents.is_decided = true;
        } else if (metadata.facts.family == 0) {
            metadata.intents.is_dropped = true;
            metadata.intents.is_decided = true;
        } else {
            local_addresses.apply();
            if (metadata.facts.family == 6 && headers.icmp.isValid() &&
                headers.icmp.type >= ICMPV6_ROUTER_SOLICITATION && headers.icmp.type <= ICMPV6_REDIRECT) {
                metadata.intents.reason = reason_t.neighbor_discovery;
                metadata.intents.is_punted = true;
                metadata.intents.is_decided = true;
            } else if (metadata.session.is_local) {
                metadata.intents.reason = reason_t.local;
                metadata.intents.is_punted = true;
                metadata.intents.is_decided = true;
            }
        }
    }
}
