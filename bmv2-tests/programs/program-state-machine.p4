// The metadata of one table steers the next one, through a chain of five.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> trail; }
struct headers_t { x_t x; }
struct metadata_t { bit<8> state; }

PARSE_ONE(x)

INGRESS {
    action go(bit<8> state, bit<8> mark) {
        metadata.state = state;
        headers.x.trail = headers.x.trail ^ mark;
    }
    table start { key = { headers.x.a : exact; } actions = { go; NoAction; } default_action = NoAction();
        const entries = { 1 : go(10, 0x01); 2 : go(20, 0x02); } }
    table middle { key = { metadata.state : exact; } actions = { go; NoAction; } default_action = NoAction();
        const entries = { 10 : go(11, 0x10); 20 : go(21, 0x20); } }
    table end { key = { metadata.state : ternary; } actions = { go; NoAction; } default_action = NoAction();
        const entries = { 11 : go(0, 0x04); 20 &&& 0xf0 : go(0, 0x08); } }
    apply {
        if (start.apply().hit) { if (middle.apply().hit) { end.apply(); } }
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
