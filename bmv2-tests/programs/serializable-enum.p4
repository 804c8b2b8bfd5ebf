// A serializable enum is the number that stands behind it (section 7.2.5.2).
#include "common/head.p4"

enum bit<8> kind_t { request = 1, reply = 2 }

header x_t { kind_t kind; bit<8> next; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        if (headers.x.kind == kind_t.request) headers.x.kind = kind_t.reply;
        headers.x.next = (bit<8>)headers.x.kind + 1;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
