// A select without a match ends parsing with error.NoMatch; v1model goes on to ingress (section 13.6).
#include "common/head.p4"

header key_t { bit<8> a; bit<8> seen; }
header next_t { bit<8> value; }
struct headers_t { key_t key; next_t next; }
struct metadata_t { }

PARSER {
    state start {
        packet.extract(headers.key);
        transition select(headers.key.a) { 1: next; }
    }
    state next { packet.extract(headers.next); transition accept; }
}

INGRESS {
    apply {
        headers.key.seen = 0;
        if (standard.parser_error == error.NoError) headers.key.seen = 1;
        if (standard.parser_error == error.NoMatch) headers.key.seen = 2;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
