#include "bmv2-frame.p4"

control In(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    action_profile(16) shared_actions;
    table values {
        key = { headers.first.value : exact; }
        actions = { NoAction; }
        implementation = shared_actions;
        const entries = {
            1 : NoAction();
        }
    }
    apply {
        values.apply();
    }
}

V1Switch(Parse(), NoChecksums(), In(), Nothing(), NoChecksums(), Emit()) main;
