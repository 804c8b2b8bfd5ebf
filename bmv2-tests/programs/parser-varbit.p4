// A field whose length the packet tells, moved as a whole (section 13.8.2).
#include "common/head.p4"

header length_t { bit<8> bytes; }
header options_t { varbit<64> bits; }
header tail_t { bit<8> value; }
struct headers_t { length_t length; options_t options; tail_t tail; }
struct metadata_t { }

PARSER {
    state start {
        packet.extract(headers.length);
        packet.extract(headers.options, (bit<32>)headers.length.bytes * 8);
        packet.extract(headers.tail);
        transition accept;
    }
}

INGRESS { apply { headers.tail.value = headers.tail.value + 1; standard.egress_spec = 1; } }

#include "common/tail.p4"
