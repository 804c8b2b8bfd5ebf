// How servers are reached, and what NAT puts into a packet to them.
control ServerTable(inout headers_t headers, inout metadata_t metadata) {
    action to_link_layer(@format(MAC_ADDRESS) bit<48> destination,
                         @format(MAC_ADDRESS) bit<48> source,
                         bit<9> port, bit<16> mtu) {
        headers.ethernet.destination = destination;
        headers.ethernet.source = source;
        metadata.intents.egress_port = port;
        metadata.session.mtu[15:0] = mtu;
        // Action data cannot be taken off a field, but a field off action data.
        metadata.answers.room = mtu |-| metadata.answers.last_byte;
    }
    @name(".ingress.pipeline.servers.to_server")
    action to_server(@format(MAC_ADDRESS) bit<48> destination,
                     @format(MAC_ADDRESS) bit<48> source,
                     bit<9> port, bit<16> mtu) {
        to_link_layer(destination, source, port, mtu);
    }
    @name(".ingress.pipeline.servers.to_load_balancer")
    action to_load_balancer(@format(MAC_ADDRESS) bit<48> destination,
                            @format(MAC_ADDRESS) bit<48> source,
                            bit<9> port, bit<16> mtu) {
        to_link_layer(destination, source, port, mtu);
    }
    @name(".ingress.pipeline.servers.translate")
    action translate(@format(IPV6_ADDRESS) bit<128> address, bit<16> server_port, bit<16> checksum_change,
                     @format(MAC_ADDRESS) bit<48> destination,
                     @format(MAC_ADDRESS) bit<48> source,
                     bit<9> port, bit<16> mtu) {
        metadata.session.translated_address = address;
        metadata.session.translated_port = server_port;
        metadata.session.checksum_change = checksum_change;
        metadata.session.is_translated = true;
        to_link_layer(destination, source, port, mtu);
    }
    @name(".ingress.pipeline.servers.report_missing")
    action report_missing() {
        metadata.answers.is_missing = true;
    }
    /** How each server is reached. A server that is drained stays here until its last flow ends. */
    @id(10) @name(".servers")
    table servers {
        key = { metadata.session.server : exact @name("server"); }
        actions = { to_server; to_load_balancer; translate; report_missing; }
        const default_action = report_missing();
        size = SERVERS_SIZE;
    }
    apply { servers.apply(); }
}

/** NAT: what the entry says, put into the packet. */
control TranslateToServer(inout headers_t headers, inout metadata_t metadata) {
    apply {
        if (metadata.session.is_translated) {
            if (metadata.facts.family == 4) { headers.ipv4.destination = metadata.session.translated_address[31:0]; }
            else { headers.ipv6.destination = metadata.session.translated_address; }
            if (headers.tcp.isValid()) { headers.tcp.destination_port = metadata.session.translated_port; }
            if (headers.udp.isValid()) { headers.udp.destination_port = metadata.session.translated_port; }
        }
    }
}
