#include "bmv2-frame.p4"

match_kind { fuzzy }

control In(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard) {
    table fuzzy_values {
        key = { headers.first.value : fuzzy; }
        actions = { NoAction; }
    }
    apply {
        fuzzy_values.apply();
    }
}

V1Switch(Parse(), NoChecksums(), In(), Nothing(), NoChecksums(), Emit()) main;
