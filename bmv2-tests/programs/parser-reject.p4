// A transition to reject: v1model goes on to ingress, with what was read so far (section 13.3).
#include "common/head.p4"

header one_t { bit<8> value; }
struct headers_t { one_t one; one_t two; }
struct metadata_t { }

PARSER {
    state start {
        packet.extract(headers.one);
        transition select(headers.one.value) {
            0: reject;
            default: two;
        }
    }
    state two { packet.extract(headers.two); transition accept; }
}

INGRESS {
    apply {
        if (headers.two.isValid()) headers.two.value = 0x22;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
