// push_front makes room at the front, of invalid headers (section 8.18).
#include "common/head.p4"

header item_t { bit<8> value; }
header op_t { bit<8> code; }
struct headers_t { op_t op; item_t[3] items; }
struct metadata_t { }

PARSER {
    state start {
        packet.extract(headers.op);
        packet.extract(headers.items.next);
        packet.extract(headers.items.next);
        transition accept;
    }
}

INGRESS {
    apply {
        headers.items.push_front(1);
        if (headers.op.code == 1) {
            headers.items[0].setValid();
            headers.items[0].value = 0x77;
        }
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
