#include "bmv2-frame.p4"

control In(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    table values {
        key = { headers.first.value : exact; }
        actions = { NoAction; }
        const entries = {
            1 : NoAction();
            2 &&& 6 : NoAction();
            _ : NoAction();
        }
    }
    apply {
        values.apply();
    }
}

V1Switch(Parse(), NoChecksums(), In(), Nothing(), NoChecksums(), Emit()) main;
