// A stack filled in a loop with next, and last (section 8.18).
#include "common/head.p4"

header label_t { bit<7> label; bit<1> bottom; }
header after_t { bit<8> value; }
struct headers_t { label_t[4] labels; after_t after; }
struct metadata_t { bit<8> count; }

PARSER {
    state start { metadata.count = 0; transition label; }
    state label {
        packet.extract(headers.labels.next);
        metadata.count = metadata.count + 1;
        transition select(headers.labels.last.bottom) {
            0: label;
            default: after;
        }
    }
    state after { packet.extract(headers.after); transition accept; }
}

INGRESS { apply { headers.after.value = metadata.count; standard.egress_spec = 1; } }

#include "common/tail.p4"
