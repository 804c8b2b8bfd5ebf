// lastIndex is the index of the last element that was extracted (section 8.18).
#include "common/head.p4"

header item_t { bit<8> value; }
struct headers_t { item_t[3] items; }
struct metadata_t { bit<32> last; }

PARSER {
    state start {
        packet.extract(headers.items.next);
        packet.extract(headers.items.next);
        metadata.last = headers.items.lastIndex;
        transition accept;
    }
}

INGRESS { apply { headers.items[0].value = (bit<8>)metadata.last; standard.egress_spec = 1; } }

#include "common/tail.p4"
