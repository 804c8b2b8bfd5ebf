#include "bmv2-frame.p4"

control In(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    direct_meter<bit<8>>(MeterType.bytes) rate;
    apply {
        rate.read(metadata.kept);
    }
}

V1Switch(Parse(), NoChecksums(), In(), Nothing(), NoChecksums(), Emit()) main;
