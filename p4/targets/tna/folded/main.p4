//   port ─▶ pipe A: IngressParse ─▶ ingress_a: arrival ─ questions ─ flows ─ GoAcross ─▶ CrossingDeparse ─▶ port of pipe B, which loops
//   loop ─▶ pipe B: LoopedParse ─▶ ingress_b: ComeAcross ─ preparation ─ binding ─ carrying ─▶ IngressDeparse: digest, mirror, checksums ─▶ port of pipe A
//                                                              └─ copies for the controller ─▶ pipe A: EgressParse ─▶ egress ─▶ EgressDeparse
//
// moor on the Tofino Native Architecture, in two pipes one behind the other: pipe A has the ports, and the one to the controller;
// all ports of pipe B loop. Pipe A decides which way a packet goes and what it is dropped for, and has the sessions; pipe B
// has all that changes or copies packets, so that a copy is the packet as it came. docs/design/tofino.md has the sums.
#define MOOR_FOLDED
#include <core.p4>
#include <tna.p4>

#include "../parts.p4"
#include "crossing.p4"

control ingress_a(inout headers_t headers, inout metadata_t metadata,
                  in ingress_intrinsic_metadata_t intrinsic,
                  in ingress_intrinsic_metadata_from_parser_t from_parser,
                  inout ingress_intrinsic_metadata_for_deparser_t for_deparser,
                  inout ingress_intrinsic_metadata_for_tm_t for_manager) {
    SendAsIs() send;
    Arrival() arrival;
    Questions() questions;
    Flows() flows;
    GoAcross() across;

    apply {
        for_manager.bypass_egress = 1;
        if (headers.packet_out.isValid() && headers.packet_out.process == 0) {
            send.apply(headers, for_manager);
        } else {
            arrival.apply(headers, metadata, from_parser);
            questions.apply(headers, metadata);
            if (!metadata.session.is_known) { flows.apply(headers, metadata); }
            if (metadata.is_ipv4_wrong || metadata.intents.is_dropped) { for_deparser.drop_ctl = 1; }
            else { across.apply(headers, metadata, for_manager); }
        }
    }
}

control CrossingDeparse(packet_out packet, inout headers_t headers, in metadata_t metadata,
                        in ingress_intrinsic_metadata_for_deparser_t for_deparser) {
    apply { packet.emit(headers); }
}

parser EgressParse(packet_in packet, out egress_headers_t headers, out egress_metadata_t metadata,
                   out egress_intrinsic_metadata_t intrinsic) {
    CopyParse() copy;

    state start {
        packet.extract(intrinsic);
        metadata.kind = 0;
        transition select(packet.lookahead<bit<8>>()) {
            MIRROR_ACROSS: across;
            MIRROR_ACROSS_WITH_ADDRESSES: across_with_addresses;
            default: accept;
        }
    }
    state across {
        copy.apply(packet, headers, metadata);
        packet.advance(CROSSING_BITS);
        transition accept;
    }
    state across_with_addresses {
        copy.apply(packet, headers, metadata);
        packet.advance(CROSSING_BITS + ADDRESSES_BITS);
        transition accept;
    }
}

control ingress_b(inout headers_t headers, inout metadata_t metadata,
                  in ingress_intrinsic_metadata_t intrinsic,
                  in ingress_intrinsic_metadata_from_parser_t from_parser,
                  inout ingress_intrinsic_metadata_for_deparser_t for_deparser,
                  inout ingress_intrinsic_metadata_for_tm_t for_manager) {
    ComeAcross() across;
    Lengths() lengths;
    Preparation() preparation;
    BindingCheck() binding;
    Carrying() carrying;

    apply {
        for_manager.bypass_egress = 1;
        across.apply(headers, metadata);
        lengths.apply(headers, metadata);
        preparation.apply(headers, metadata);
        binding.apply(headers, metadata);
        carrying.apply(headers, metadata, for_deparser, for_manager);
        if (metadata.intents.event != event_t.none) { for_deparser.digest_type = DIGEST_FLOW; }
    }
}

struct nothing_t { }

// Nothing goes by egress of pipe B: what is for its ports passes by, and copies are for a port of pipe A.
parser NothingParse(packet_in packet, out nothing_t headers, out nothing_t metadata,
                    out egress_intrinsic_metadata_t intrinsic) {
    state start {
        packet.extract(intrinsic);
        transition accept;
    }
}

control nothing(inout nothing_t headers, inout nothing_t metadata, in egress_intrinsic_metadata_t intrinsic,
                in egress_intrinsic_metadata_from_parser_t from_parser,
                inout egress_intrinsic_metadata_for_deparser_t for_deparser) {
    apply { for_deparser.drop_ctl = 1; }
}

control NothingDeparse(packet_out packet, inout nothing_t headers, in nothing_t metadata) {
    apply { }
}

Pipeline(IngressParse(), ingress_a(), CrossingDeparse(), EgressParse(), egress(), EgressDeparse()) pipe_a;
Pipeline(LoopedParse(), ingress_b(), IngressDeparse(), NothingParse(), nothing(), NothingDeparse()) pipe_b;
Switch(pipe_a, pipe_b) main;
