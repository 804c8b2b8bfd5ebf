#include "bmv2-frame.p4"

control In(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    action mark() {
        metadata.kept = 1;
    }
    table values {
        key = { headers.first.value : exact; }
        actions = { mark; NoAction; }
    }
    apply {
        if (values.apply().hit)
            metadata.kept = 2;
        switch (values.apply().action_run) {
            mark: { headers.first.value = 3; }
        }
    }
}

V1Switch(Parse(), NoChecksums(), In(), Nothing(), NoChecksums(), Emit()) main;
