// What leaves ingress: the packet, what the controller is told of its flow, and the copy for the controller.
const DigestType_t DIGEST_FLOW = 1;

control IngressDeparse(packet_out packet, inout headers_t headers, in metadata_t metadata,
                       in ingress_intrinsic_metadata_for_deparser_t for_deparser) {
    @name(".flow_digest_t") Digest<flow_digest_t>(DIGEST_FLOW) flow_digest;
    Mirror() mirror;
    Checksum() ipv4_sum;
    Checksum() tcp_sum;
    Checksum() udp_sum;

    apply {
        if (for_deparser.digest_type == DIGEST_FLOW) {
            flow_digest.pack({
                metadata.facts.source, metadata.facts.destination, metadata.facts.source_port,
                metadata.facts.destination_port, metadata.facts.protocol, (bit<8>)metadata.intents.event,
                metadata.session.service, metadata.session.server });
        }
        if (for_deparser.mirror_type == MIRROR_TO_CPU) {
            mirror.emit<mirror_t>(metadata.mirror_session, {
                metadata.mirror_kind, metadata.mirror_port, 0, (bit<8>)metadata.intents.reason,
                metadata.session.service, metadata.session.server, metadata.intents.auxiliary,
                metadata.session.session });
        }
        // With the share of the options, which nobody reads: a checksum that was wrong stays wrong.
        if (headers.ipv4.isValid()) {
            headers.ipv4.checksum = ipv4_sum.update({
                headers.ipv4.version, headers.ipv4.header_length, headers.ipv4.traffic_class,
                headers.ipv4.total_length, headers.ipv4.identification, headers.ipv4.reserved,
                headers.ipv4.dont_fragment, headers.ipv4.more_fragments, headers.ipv4.fragment_offset,
                headers.ipv4.time_to_live, headers.ipv4.protocol, headers.ipv4.source, headers.ipv4.destination,
                metadata.ipv4_rest });
        }
        // The deparser adds `checksum_change`, since ones' complement sums are its work (RFC 1624, equation 3), where there is
        // the header; what the action of a table says has no step behind it.
        if (metadata.session.is_translated) {
            headers.tcp.checksum = tcp_sum.update({ metadata.session.checksum_change, metadata.tcp_rest });
        }
        if (metadata.session.is_translated && metadata.has_udp_checksum) {
            // One that comes out as none is sent as ffff (RFC 768).
            headers.udp.checksum = udp_sum.update({ metadata.session.checksum_change, metadata.udp_rest }, true);
        }
        packet.emit(headers);
    }
}
