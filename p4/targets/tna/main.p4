//   IngressParse ─▶ ingress: arrival ─▶ MoorPipeline ─▶ commit ─▶ IngressDeparse: digest, mirror, checksums ─▶ out
//                                                                    └─ copies for the controller ─▶ EgressParse ─▶ egress ─▶ EgressDeparse
//
// moor on the Tofino Native Architecture, in one pipe. Packets pass by egress; only the copies for the controller go through it.
#include <core.p4>
#include <tna.p4>

#include "parts.p4"
#include "pipeline.p4"

control ingress(inout headers_t headers, inout metadata_t metadata,
                in ingress_intrinsic_metadata_t intrinsic,
                in ingress_intrinsic_metadata_from_parser_t from_parser,
                inout ingress_intrinsic_metadata_for_deparser_t for_deparser,
                inout ingress_intrinsic_metadata_for_tm_t for_manager) {
    SendAsIs() send;
    Arrival() arrival;
    MoorPipeline() pipeline;

    apply {
        for_manager.bypass_egress = 1;
        if (headers.packet_out.isValid() && headers.packet_out.process == 0) {
            send.apply(headers, for_manager);
        } else {
            arrival.apply(headers, metadata, from_parser);
            if (metadata.is_ipv4_wrong) {
                for_deparser.drop_ctl = 1;
            } else {
                pipeline.apply(headers, metadata, for_deparser, for_manager);

                if (metadata.intents.event != event_t.none) { for_deparser.digest_type = DIGEST_FLOW; }
            }
        }
    }
}

const bit<32> PACKET_OUT_BITS = 16;

parser EgressParse(packet_in packet, out egress_headers_t headers, out egress_metadata_t metadata,
                   out egress_intrinsic_metadata_t intrinsic) {
    CopyParse() copy;

    state start {
        packet.extract(intrinsic);
        metadata.kind = 0;
        transition select(packet.lookahead<bit<8>>()) {
            MIRROR_FROM_WIRE: from_wire;
            MIRROR_FROM_CONTROLLER: from_controller;
            default: accept;
        }
    }
    state from_wire {
        copy.apply(packet, headers, metadata);
        transition accept;
    }
    state from_controller {
        copy.apply(packet, headers, metadata);
        packet.advance(PACKET_OUT_BITS);
        transition accept;
    }
}

Pipeline(IngressParse(), ingress(), IngressDeparse(), EgressParse(), egress(), EgressDeparse()) pipe;
Switch(pipe) main;
