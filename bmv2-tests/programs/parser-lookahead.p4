// lookahead reads ahead and takes nothing (section 13.8.3).
#include "common/head.p4"

header kind_t { bit<8> kind; bit<8> value; }
header long_t { bit<8> kind; bit<24> value; }
struct headers_t { kind_t short; long_t long; }
struct metadata_t { }

PARSER {
    state start {
        transition select(packet.lookahead<bit<8>>()) {
            0: short;
            default: long;
        }
    }
    state short { packet.extract(headers.short); transition accept; }
    state long { packet.extract(headers.long); transition accept; }
}

INGRESS {
    apply {
        if (headers.short.isValid()) headers.short.value = 0xaa;
        if (headers.long.isValid()) headers.long.value = 0xbbccdd;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
