#include "bmv2-frame.p4"

control In(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    direct_counter(CounterType.packets) hits;
    table first_values {
        key = { headers.first.value : exact; }
        actions = { NoAction; }
        counters = hits;
    }
    table second_values {
        key = { metadata.kept : exact; }
        actions = { NoAction; }
        counters = hits;
    }
    apply {
        first_values.apply();
        second_values.apply();
    }
}

V1Switch(Parse(), NoChecksums(), In(), Nothing(), NoChecksums(), Emit()) main;
