#include "bmv2-frame.p4"

control In(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    table routes {
        key = {
            headers.first.value : lpm;
            metadata.kept       : lpm;
        }
        actions = { NoAction; }
    }
    apply {
        routes.apply();
    }
}

V1Switch(Parse(), NoChecksums(), In(), Nothing(), NoChecksums(), Emit()) main;
