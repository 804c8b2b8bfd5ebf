//   copy for the controller: kind ─ packet_in ─ what the switch had in front ─ packet as it came ──▶ packet_in ─ packet
//
// Only copies come here, each behind a header whose first byte says what it is. The parser of the pipe takes out what the packet
// itself begins with where it does not come from a port with a cable. They are policed here, since ingress has no
// stages left for it; a flood of them gets no further than the port to the controller.

const bit<32> REASONS = 64;
const bit<8> METER_RED = 3;

/** What stands in front of each copy. */
parser CopyParse(packet_in packet, inout egress_headers_t headers, inout egress_metadata_t metadata) {
    state start {
        packet.extract(headers.kind);
        packet.extract(headers.packet_in);
        metadata.kind = headers.kind.kind;
        transition accept;
    }
}

control egress(inout egress_headers_t headers, inout egress_metadata_t metadata,
               in egress_intrinsic_metadata_t intrinsic,
               in egress_intrinsic_metadata_from_parser_t from_parser,
               inout egress_intrinsic_metadata_for_deparser_t for_deparser) {
    /** By reason. Unconfigured meters let everything through. */
    @name(".ingress.punt_policer") @id(1) Meter<bit<8>>(REASONS, MeterType_t.PACKETS) punt_policer;
    @name(".ingress.punts") @id(1) Counter<bit<64>, bit<8>>(REASONS, CounterType_t.PACKETS) punts;
    @name(".ingress.policed") @id(2) Counter<bit<64>, bit<8>>(REASONS, CounterType_t.PACKETS) policed;

    apply {
        if (metadata.kind == 0) {
            for_deparser.drop_ctl = 1;
        } else {
            bit<8> colour = punt_policer.execute(headers.packet_in.reason);
            if (colour == METER_RED) {
                policed.count(headers.packet_in.reason);
                for_deparser.drop_ctl = 1;
            } else {
                punts.count(headers.packet_in.reason);
            }
            headers.kind.setInvalid();
        }
    }
}

control EgressDeparse(packet_out packet, inout egress_headers_t headers, in egress_metadata_t metadata) {
    apply { packet.emit(headers); }
}
