#define OWN_PARSER
#include "bmv2-frame.p4"

parser Refuse(packet_in packet, out headers_t headers, inout metadata_t metadata,
              inout standard_metadata_t standard) {
    state start {
        packet.extract(headers.first);
        transition select(headers.first.value) {
            0: reject;
            default: accept;
        }
    }
}

V1Switch(Refuse(), NoChecksums(), Nothing(), Nothing(), NoChecksums(), Emit()) main;
