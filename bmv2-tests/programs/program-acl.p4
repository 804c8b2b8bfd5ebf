// A filter of addresses, ports and flags with priorities and ranges.
#include "common/head.p4"

header packet_t { bit<32> source; bit<16> port; bit<8> flags; }
struct headers_t { packet_t packet; }
struct metadata_t { }

PARSER { state start { packet.extract(headers.packet); transition accept; } }

INGRESS {
    action permit() { standard.egress_spec = 1; }
    action deny() { mark_to_drop(standard); }
    table filter {
        key = {
            headers.packet.source : ternary;
            headers.packet.port : range;
            headers.packet.flags : ternary;
        }
        actions = { permit; deny; }
        const default_action = deny();
        const entries = {
            (0x0a000001, _, _) : deny();
            (0x0a000000 &&& 0xff000000, 1000 .. 2000, _) : permit();
            (_, _, 0x02 &&& 0x02) : permit();
        }
    }
    apply { filter.apply(); }
}

#include "common/tail.p4"
