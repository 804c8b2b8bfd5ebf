// Elements of a stack by index, each valid or not.
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
        headers.items[2] = headers.items[0];
        headers.items[0].setInvalid();
        headers.items[1].value = headers.items[1].value + headers.items[2].value;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
