// select on two values at once, with a wildcard and a range (section 13.6).
#include "common/head.p4"

header key_t { bit<8> a; bit<8> b; bit<8> path; }
struct headers_t { key_t key; }
struct metadata_t { bit<8> path; }

PARSER {
    state start {
        packet.extract(headers.key);
        transition select(headers.key.a, headers.key.b) {
            (1, 2): exact;
            (1, _): wildcard;
            (3 .. 6, 9): range;
            (_, _): other;
        }
    }
    state exact { metadata.path = 1; transition accept; }
    state wildcard { metadata.path = 2; transition accept; }
    state range { metadata.path = 3; transition accept; }
    state other { metadata.path = 4; transition accept; }
}

INGRESS { apply { headers.key.path = metadata.path; standard.egress_spec = 1; } }

#include "common/tail.p4"
