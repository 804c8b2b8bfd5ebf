// Making one header of a union valid makes the others invalid (section 8.19).
#include "common/head.p4"

header short_t { bit<8> value; }
header long_t { bit<16> value; }
header_union either_t { short_t short; long_t long; }
struct headers_t { either_t either; }
struct metadata_t { }

PARSER {
    state start { packet.extract(headers.either.short); transition accept; }
}

INGRESS {
    apply {
        if (headers.either.short.value == 1) {
            headers.either.long.setValid();
            headers.either.long.value = 0x1234;
        }
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
