//   IP length (with a routing header that was added) over the MTU of the port ──▶ controller
//
// The sender is told the MTU less what this switch adds, so that its next packets fit (RFC 8201, section 4). A
// packet of IPv4 that may be cut goes to the controller too, which cuts it.
control MaximumSize(inout headers_t headers, inout metadata_t metadata) {
    apply {
        if (metadata.session.mtu != 0 && metadata.facts.ip_length > metadata.session.mtu &&
            metadata.intents.is_decided && !metadata.intents.is_punted && !metadata.intents.is_dropped) {
            metadata.intents.reason = reason_t.packet_too_big;
            metadata.intents.auxiliary = (bit<16>)(metadata.session.mtu - metadata.session.added);
            metadata.intents.is_punted = true;
        }
    }
}
