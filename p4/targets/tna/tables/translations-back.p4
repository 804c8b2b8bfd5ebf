// What NAT puts into a packet of a server.
control TranslationsBack(inout headers_t headers, inout metadata_t metadata) {
    @name(".ingress.pipeline.translate_back.ask_controller")
    action ask_controller(reason_t reason) {
        metadata.answers.asked_reason = reason;
    }
    @name(".ingress.pipeline.translate_back.translate_back")
    action translate_back(@format(IPV6_ADDRESS) bit<128> address, bit<16> port, bit<16> checksum_change) {
        metadata.session.translated_address = address;
        metadata.session.translated_port = port;
        metadata.session.checksum_change = checksum_change;
        metadata.answers.is_translated_back = true;
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
    }
}

/** What the entry says, put into the packet. */
control TranslateFromServer(inout headers_t headers, inout metadata_t metadata) {
    apply {
        if (metadata.facts.family == 4) { headers.ipv4.source = metadata.session.translated_address[31:0]; }
        else { headers.ipv6.source = metadata.session.translated_address; }
        if (headers.tcp.isValid()) { headers.tcp.source_port = metadata.session.translated_port; }
        if (headers.udp.isValid()) { headers.udp.source_port = metadata.session.translated_port; }
    }
}
