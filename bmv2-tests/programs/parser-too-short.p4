// A packet that ends inside a header: error.PacketTooShort, and the header stays invalid (section 13.8.1).
#include "common/head.p4"

header first_t { bit<8> seen; }
header second_t { bit<32> value; }
struct headers_t { first_t first; second_t second; }
struct metadata_t { }

PARSER {
    state start {
        packet.extract(headers.first);
        packet.extract(headers.second);
        transition accept;
    }
}

INGRESS {
    apply {
        headers.first.seen = 0;
        if (standard.parser_error == error.PacketTooShort) headers.first.seen[0:0] = 1;
        if (headers.second.isValid()) headers.first.seen[1:1] = 1;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
