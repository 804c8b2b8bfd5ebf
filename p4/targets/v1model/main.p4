//   Parse ─▶ Verify ─▶ ingress: facts ─▶ MoorPipeline ─▶ commit ─▶ egress: header of packets for the controller ─▶ Compute ─▶ Deparse
//
// moor on v1model: BMv2's simple_switch, and moor's own switch.
#include <core.p4>
#include <v1model.p4>

#include "../../include/sizes.p4"
#include "../../include/ids.p4"
#include "../../include/headers.p4"
#include "../../include/metadata.p4"
#include "headers.p4"
#include "metadata.p4"
#include "shim.p4"
#include "add-to-checksum.p4"
#include "parser.p4"
#include "../../stages/port-role.p4"
#include "../../stages/local.p4"
#include "../../stages/mobility-messages.p4"
#include "../../stages/bindings.p4"
#include "../../stages/mobility-in.p4"
#include "../../stages/services.p4"
#include "../../stages/sessions.p4"
#include "../../stages/servers.p4"
#include "../../stages/translate-back.p4"
#include "../../stages/mobility-out.p4"
#include "../../stages/signalling-taps.p4"
#include "../../stages/routing.p4"
#include "../../stages/maximum-size.p4"
#include "../../stages/pipeline.p4"

control Verify(inout headers_t headers, inout metadata_t metadata) {
    apply {
        verify_checksum(headers.ipv4.isValid() && headers.ipv4.header_length == 5,
            { headers.ipv4.version, headers.ipv4.header_length, headers.ipv4.traffic_class,
              headers.ipv4.total_length, headers.ipv4.identification, headers.ipv4.reserved,
              headers.ipv4.dont_fragment, headers.ipv4.more_fragments, headers.ipv4.fragment_offset,
              headers.ipv4.time_to_live, headers.ipv4.protocol, headers.ipv4.source, headers.ipv4.destination },
            headers.ipv4.checksum, HashAlgorithm.csum16);
        verify_checksum(headers.ipv4.isValid() && headers.ipv4.header_length > 5,
            { headers.ipv4.version, headers.ipv4.header_length, headers.ipv4.traffic_class,
              headers.ipv4.total_length, headers.ipv4.identification, headers.ipv4.reserved,
              headers.ipv4.dont_fragment, headers.ipv4.more_fragments, headers.ipv4.fragment_offset,
              headers.ipv4.time_to_live, headers.ipv4.protocol, headers.ipv4.source, headers.ipv4.destination,
              headers.ipv4_options.options },
            headers.ipv4.checksum, HashAlgorithm.csum16);
    }
}

control ingress(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    MoorPipeline() pipeline;

    /** By reason. Unconfigured meters let everything through. */
    @id(1) meter(REASONS, MeterType.packets) punt_policer;
    @id(1) counter(REASONS, CounterType.packets) punts;
    @id(2) counter(REASONS, CounterType.packets) policed;
    /** By service: new sessions that admission let in, packets of those that it refused, and of established ones. */
    @id(3) counter((bit<32>)SERVICES_SIZE, CounterType.packets) admitted;
    @id(4) counter((bit<32>)SERVICES_SIZE, CounterType.packets) refused;
    @id(5) counter((bit<32>)SERVICES_SIZE, CounterType.packets) degraded;

    apply {
        if (headers.packet_out.isValid() && headers.packet_out.process == 0) {
            standard.egress_spec = headers.packet_out.port;
            headers.packet_out.setInvalid();
        } else {
            metadata.in_port = standard.ingress_port;
            if (headers.packet_out.isValid()) {
                metadata.in_port = headers.packet_out.port;
                headers.packet_out.setInvalid();
            }
            metadata.facts.in_port = metadata.in_port;
            metadata.facts.now = standard.ingress_global_timestamp;
            if (standard.parser_error != error.NoError) { metadata.facts.is_malformed = true; }
            if (standard.checksum_error == 1) {
                mark_to_drop(standard);
            } else {
                pipeline.apply(headers, metadata);

                if (metadata.intents.event != event_t.none) {
                    digest<flow_digest_t>(1, {
                        source = metadata.facts.source,
                        destination = metadata.facts.destination,
                        source_port = metadata.facts.source_port,
                        destination_port = metadata.facts.destination_port,
                        protocol = metadata.facts.protocol,
                        event = (bit<8>)metadata.intents.event,
                        service = metadata.session.service,
                        server = metadata.session.server
                    });
                }
                if (metadata.session.is_admitted) {
                    admitted.count((bit<32>)metadata.session.service);
                } else if (metadata.session.is_refused) {
                    if (metadata.session.class == class_t.new_session) {
                        refused.count((bit<32>)metadata.session.service);
                    } else {
                        degraded.count((bit<32>)metadata.session.service);
                    }
                }
                if (metadata.intents.is_punted || metadata.intents.is_tapped) {
                    if (!metadata.intents.is_punted) { metadata.intents.reason = reason_t.signalling; }
                    bit<2> colour;
                    punt_policer.execute_meter((bit<32>)(bit<8>)metadata.intents.reason, colour);
                    if (colour == METER_RED) {
                        policed.count((bit<32>)(bit<8>)metadata.intents.reason);
                    } else {
                        punts.count((bit<32>)(bit<8>)metadata.intents.reason);
                        // The copy is the packet as it came in.
                        clone_preserving_field_list(CloneType.I2E, CPU_SESSION, 1);
                    }
                }
                if (metadata.intents.is_punted || metadata.intents.is_dropped || !metadata.intents.is_decided) {
                    mark_to_drop(standard);
                } else {
                    standard.egress_spec = metadata.intents.egress_port;
                    metadata.is_forwarded = true;
                }
            }
        }
    }
}

control egress(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    apply {
        if (standard.instance_type == INGRESS_CLONE) {
            // The copy is of all that came in: the controller's own header too.
            headers.packet_out.setInvalid();
            headers.packet_in.setValid();
            headers.packet_in.ingress_port = metadata.in_port;
            headers.packet_in.pad = 0;
            headers.packet_in.reason = (bit<8>)metadata.intents.reason;
            headers.packet_in.service = metadata.session.service;
            headers.packet_in.server = metadata.session.server;
            headers.packet_in.auxiliary = metadata.intents.auxiliary;
            headers.packet_in.session = metadata.session.session;
        }
    }
}

control Compute(inout headers_t headers, inout metadata_t metadata) {
    apply {
        update_checksum(metadata.is_forwarded && headers.ipv4.isValid() && headers.ipv4.header_length == 5,
            { headers.ipv4.version, headers.ipv4.header_length, headers.ipv4.traffic_class,
              headers.ipv4.total_length, headers.ipv4.identification, headers.ipv4.reserved,
              headers.ipv4.dont_fragment, headers.ipv4.more_fragments, headers.ipv4.fragment_offset,
              headers.ipv4.time_to_live, headers.ipv4.protocol, headers.ipv4.source, headers.ipv4.destination },
            headers.ipv4.checksum, HashAlgorithm.csum16);
        update_checksum(metadata.is_forwarded && headers.ipv4.isValid() && headers.ipv4.header_length > 5,
            { headers.ipv4.version, headers.ipv4.header_length, headers.ipv4.traffic_class,
              headers.ipv4.total_length, headers.ipv4.identification, headers.ipv4.reserved,
              headers.ipv4.dont_fragment, headers.ipv4.more_fragments, headers.ipv4.fragment_offset,
              headers.ipv4.time_to_live, headers.ipv4.protocol, headers.ipv4.source, headers.ipv4.destination,
              headers.ipv4_options.options },
            headers.ipv4.checksum, HashAlgorithm.csum16);
    }
}

control Deparse(packet_out packet, in headers_t headers) {
    apply { packet.emit(headers); }
}

V1Switch(Parse(), Verify(), ingress(), egress(), Compute(), Deparse()) main;
