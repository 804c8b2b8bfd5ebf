// What is known of a packet before a table is asked.
control Arrival(inout headers_t headers, inout metadata_t metadata,
                in ingress_intrinsic_metadata_from_parser_t from_parser) {
    Lengths() lengths;

    apply {
        // Its bits stand elsewhere in a byte than the chip's own number does, which the parser cannot make one field of.
        if (headers.packet_out.isValid()) { metadata.facts.in_port = headers.packet_out.port; }
        headers.packet_out.setInvalid();
        metadata.mirror_port = metadata.facts.in_port;
        metadata.mirror_session = (MirrorId_t)CPU_SESSION;
        if (from_parser.parser_err != PARSER_ERROR_OK) { metadata.facts.is_malformed = true; }
        lengths.apply(headers, metadata);
    }
}

/** What the controller has made ready leaves as it is. */
control SendAsIs(inout headers_t headers, inout ingress_intrinsic_metadata_for_tm_t for_manager) {
    apply {
        for_manager.ucast_egress_port = headers.packet_out.port;
        headers.packet_out.setInvalid();
    }
}
