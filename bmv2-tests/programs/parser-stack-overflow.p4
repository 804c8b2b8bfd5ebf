// next beyond the end of a stack is error.StackOutOfBounds (section 8.18).
#include "common/head.p4"

header label_t { bit<7> label; bit<1> bottom; }
struct headers_t { label_t[2] labels; }
struct metadata_t { }

PARSER {
    state start {
        packet.extract(headers.labels.next);
        transition select(headers.labels.last.bottom) {
            0: start;
            default: accept;
        }
    }
}

INGRESS {
    apply {
        if (standard.parser_error == error.StackOutOfBounds) headers.labels[0].label = 0x7f;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
