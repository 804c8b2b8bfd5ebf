// A header union holds one of its headers at a time (section 7.2.4).
#include "common/head.p4"

header kind_t { bit<8> kind; }
header short_t { bit<8> value; }
header long_t { bit<16> value; }
header_union either_t { short_t short; long_t long; }
struct headers_t { kind_t kind; either_t either; }
struct metadata_t { }

PARSER {
    state start {
        packet.extract(headers.kind);
        transition select(headers.kind.kind) {
            1: short;
            2: long;
            default: accept;
        }
    }
    state short { packet.extract(headers.either.short); transition accept; }
    state long { packet.extract(headers.either.long); transition accept; }
}

INGRESS {
    apply {
        if (headers.either.short.isValid()) headers.either.short.value = 0xaa;
        else if (headers.either.long.isValid()) headers.either.long.value = 0xbbcc;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
