// advance skips bits, which the deparser does not give back (section 13.8.4).
#include "common/head.p4"

header first_t { bit<8> skip; }
header second_t { bit<8> value; }
struct headers_t { first_t first; second_t second; }
struct metadata_t { }

PARSER {
    state start {
        packet.extract(headers.first);
        packet.advance((bit<32>)headers.first.skip << 3);
        packet.extract(headers.second);
        transition accept;
    }
}

INGRESS { apply { headers.second.value = headers.second.value + 1; standard.egress_spec = 1; } }

#include "common/tail.p4"
