#include "bmv2-frame.p4"

control In(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    action_selector(HashAlgorithm.crc16, 16, 8) shared_members;
    table first_choice {
        key = {
            headers.first.value : exact;
            metadata.kept       : selector;
        }
        actions = { NoAction; }
        implementation = shared_members;
    }
    table second_choice {
        key = {
            metadata.kept       : exact;
            headers.first.value : selector;
        }
        actions = { NoAction; }
        implementation = shared_members;
    }
    apply {
        first_choice.apply();
        second_choice.apply();
    }
}

V1Switch(Parse(), NoChecksums(), In(), Nothing(), NoChecksums(), Emit()) main;
