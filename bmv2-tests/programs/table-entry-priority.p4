// Entries with priorities: the largest wins unless the table says otherwise (section 14.2.1.4).
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    action set_c(bit<8> value) { headers.x.c = value; }
    action set(bit<8> value) { headers.x.d = value; }
    table t {
        key = { headers.x.a : ternary; }
        actions = { set_c; }
        largest_priority_wins = true;
        entries = {
            priority = 10: 0x01 &&& 0x0f : set_c(0x11);
            priority = 20: 0x01 &&& 0x03 : set_c(0x22);
        }
        default_action = set_c(0xff);
    }
    table u {
        key = { headers.x.a : ternary; }
        actions = { set; }
        largest_priority_wins = false;
        entries = {
            priority = 10: 0x01 &&& 0x0f : set(0x33);
            priority = 20: 0x01 &&& 0x03 : set(0x44);
        }
        default_action = set(0xff);
    }

    apply {
        t.apply(); u.apply();
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
