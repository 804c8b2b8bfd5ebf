#define OWN_PARSER
#include "bmv2-frame.p4"

parser Count(packet_in packet, out headers_t headers, inout metadata_t metadata,
             inout standard_metadata_t standard) {
    counter(16, CounterType.packets) packets;
    state start {
        packet.extract(headers.first);
        packets.count(3);
        transition accept;
    }
}

V1Switch(Count(), NoChecksums(), Nothing(), Nothing(), NoChecksums(), Emit()) main;
