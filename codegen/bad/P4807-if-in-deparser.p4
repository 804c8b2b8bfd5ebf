#define OWN_DEPARSER
#include "bmv2-frame.p4"

control EmitSome(packet_out packet, in headers_t headers) {
    apply {
        if (headers.first.value != 0)
            packet.emit(headers.first);
    }
}

V1Switch(Parse(), NoChecksums(), Nothing(), Nothing(), NoChecksums(), EmitSome()) main;
