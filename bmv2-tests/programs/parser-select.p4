// States chosen by a value, by a mask, and by default (section 13.6).
#include "common/head.p4"

header kind_t { bit<8> kind; }
header one_t { bit<8> value; }
header two_t { bit<16> value; }
struct headers_t { kind_t kind; one_t one; two_t two; }
struct metadata_t { }

PARSER {
    state start {
        packet.extract(headers.kind);
        transition select(headers.kind.kind) {
            1: one;
            0x20 &&& 0xf0: two;
            default: accept;
        }
    }
    state one { packet.extract(headers.one); transition accept; }
    state two { packet.extract(headers.two); transition accept; }
}

INGRESS {
    apply {
        if (headers.one.isValid()) headers.one.value = headers.one.value + 1;
        if (headers.two.isValid()) headers.two.value = headers.two.value + 0x0101;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
