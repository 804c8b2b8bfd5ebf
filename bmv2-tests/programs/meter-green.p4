// A meter that nobody configured is green.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { bit<2> colour; }

PARSE_ONE(x)

INGRESS {
    meter(16, MeterType.packets) rate;
    direct_meter<bit<2>>(MeterType.bytes) policer;
    action mark() { headers.x.d = 0x55; policer.read(metadata.colour); }
    table t {
        key = { headers.x.a : exact; }
        actions = { mark; NoAction; }
        default_action = NoAction();
        meters = policer;
    }

    apply {
        bit<2> colour = 3;
        rate.execute_meter((bit<32>)headers.x.a, colour);
        headers.x.b = (bit<8>)colour;
        t.apply();
        headers.x.c = (bit<8>)metadata.colour;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
