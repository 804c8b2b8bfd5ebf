//   IngressParse ─▶ ingress: lengths ─▶ MoorPipeline ─▶ commit ─▶ IngressDeparse: digest, mirror, checksums ─▶ out
//                                                                    └─ copies for the controller ─▶ EgressParse ─▶ egress ─▶ EgressDeparse
//
// moor on the Tofino Native Architecture. Packets pass by egress; only the copies for the controller go through it.
#include <core.p4>
#include <tna.p4>

#include "sizes.p4"
#include "../../include/ids.p4"
#include "../../include/headers.p4"
#include "../../include/metadata.p4"
#include "headers.p4"
#include "metadata.p4"
#include "shim.p4"
#include "parser.p4"
#include "tables/ports.p4"
#include "tables/local-addresses.p4"
#include "tables/bindings.p4"
#include "tables/services.p4"
#include "tables/sessions.p4"
#include "tables/routing.p4"
#include "tables/servers.p4"
#include "tables/translations-back.p4"
#include "../../stages/mobility-out.p4"
#include "../../stages/signalling-taps.p4"
#include "pipeline.p4"
#include "egress.p4"

const DigestType_t DIGEST_FLOW = 1;

control ingress(inout headers_t headers, inout metadata_t metadata,
                in ingress_intrinsic_metadata_t intrinsic,
                in ingress_intrinsic_metadata_from_parser_t from_parser,
                inout ingress_intrinsic_metadata_for_deparser_t for_deparser,
                inout ingress_intrinsic_metadata_for_tm_t for_manager) {
    Lengths() lengths;
    MoorPipeline() pipeline;

    apply {
        for_manager.bypass_egress = 1;
        if (headers.packet_out.isValid() && headers.packet_out.process == 0) {
            for_manager.ucast_egress_port = headers.packet_out.port;
            headers.packet_out.setInvalid();
        } else {
            // Its bits stand elsewhere in a byte than the chip's own number does, which the parser cannot make one field of.
            if (headers.packet_out.isValid()) { metadata.facts.in_port = headers.packet_out.port; }
            headers.packet_out.setInvalid();
            metadata.mirror_port = metadata.facts.in_port;
            metadata.mirror_session = (MirrorId_t)CPU_SESSION;
            if (from_parser.parser_err != PARSER_ERROR_OK) { metadata.facts.is_malformed = true; }
            lengths.apply(headers, metadata);
            if (metadata.is_ipv4_wrong) {
                for_deparser.drop_ctl = 1;
            } else {
                pipeline.apply(headers, metadata, for_deparser, for_manager);

                if (metadata.intents.event != event_t.none) { for_deparser.digest_type = DIGEST_FLOW; }
            }
        }
    }
}

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

Pipeline(IngressParse(), ingress(), IngressDeparse(), EgressParse(), egress(), EgressDeparse()) pipe;
Switch(pipe) main;
