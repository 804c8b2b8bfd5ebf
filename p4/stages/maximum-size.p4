//   IP length (with a routing header that was added) over the MTU of the port ──▶ controller
//
// The sender is told the MTU less what this switch adds, so that its next packets fit (RFC 8201, section 4).
control MaximumSize(inout headers_t headers, inout metadata_t metadata) {
    apply {
        bool may_not_be_cut = metadata.facts.family == 6 || headers.ipv4.dont_fragment == 1;
        // Two fields are compared by a difference that stops at zero: not every target has another way.
        bit<16> over = metadata.facts.ip_length |-| metadata.session.mtu;
        if (metadata.session.mtu != 0 && over != 0) {
            metadata.intents.reason = reason_t.packet_too_big;
            metadata.intents.auxiliary = metadata.session.mtu - metadata.session.added;
            metadata.intents.is_punted = true;
            metadata.intents.is_decided = true;
            if (!may_not_be_cut) { metadata.intents.auxiliary = 0; }
        }
    }
}
