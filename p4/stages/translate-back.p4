//   server's address and port ──▶ [translations_back] ──▶ source := virtual address and port
//
// Later fragments and ICMP errors have no port: entries for port 0 say what becomes of them. A fragment can have its
// address changed where the server has one virtual address only; else, and for errors, the controller is asked.
control TranslateBack(inout headers_t headers, inout metadata_t metadata) {
    AddToChecksum() add;

    action ask_controller(reason_t reason) {
        metadata.intents.reason = reason;
        metadata.intents.is_punted = true;
        metadata.intents.is_decided = true;
    }
    action translate_back(@format(IPV6_ADDRESS) bit<128> address, bit<16> port, bit<16> checksum_change) {
        metadata.facts.source = address;
        metadata.facts.source_port = port;
        metadata.session.checksum_change = checksum_change;
        metadata.session.is_translated = true;
    }
    /** Servers reached by NAT: what their packets are sent from, towards clients. */
    @id(11) @name(".translations_back")
    table translations_back {
        key = {
            metadata.facts.source : exact @format(IPV6_ADDRESS) @name("address");
            metadata.facts.source_port : exact @name("port");
            metadata.facts.protocol : exact @name("protocol");
        }
        actions = { translate_back; ask_controller; NoAction; }
        const default_action = NoAction();
        size = SERVERS_SIZE;
    }
    apply {
        if (!headers.icmp.isValid() || metadata.facts.is_icmp_error) { translations_back.apply(); }
        if (metadata.session.is_translated) {
            if (metadata.facts.family == 4) { headers.ipv4.source = metadata.facts.source[31:0]; }
            else { headers.ipv6.source = metadata.facts.source; }
            if (headers.tcp.isValid()) { headers.tcp.source_port = metadata.facts.source_port; }
            if (headers.udp.isValid()) { headers.udp.source_port = metadata.facts.source_port; }
            add.apply(headers, metadata);
        }
    }
}
