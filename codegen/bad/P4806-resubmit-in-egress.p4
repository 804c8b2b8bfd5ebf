#include "bmv2-frame.p4"

control Out(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    apply {
        resubmit_preserving_field_list(0);
    }
}

V1Switch(Parse(), NoChecksums(), Nothing(), Out(), NoChecksums(), Emit()) main;
