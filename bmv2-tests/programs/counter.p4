// Counters, of a table and of their own, do not touch the packet.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    counter(16, CounterType.packets_and_bytes) packets;
    direct_counter(CounterType.packets_and_bytes) hits;
    action set(bit<8> value) { headers.x.d = value; hits.count(); }
    table t {
        key = { headers.x.a : exact; }
        actions = { set; NoAction; }
        default_action = NoAction();
        counters = hits;
    }

    apply {
        packets.count((bit<32>)headers.x.a);
        t.apply();
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
