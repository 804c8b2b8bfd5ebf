// VLAN tags pushed and popped on a stack.
#include "common/head.p4"

header ethernet_t { bit<48> destination; bit<48> source; bit<16> type; }
header vlan_t { bit<3> priority; bit<1> drop; bit<12> id; bit<16> type; }
struct headers_t { ethernet_t ethernet; vlan_t[2] vlans; }
struct metadata_t { }

PARSER {
    state start {
        packet.extract(headers.ethernet);
        transition select(headers.ethernet.type) {
            0x8100: vlan;
            0x88a8: vlan;
            default: accept;
        }
    }
    state vlan {
        packet.extract(headers.vlans.next);
        transition select(headers.vlans.last.type) {
            0x8100: vlan;
            default: accept;
        }
    }
}

INGRESS {
    action push(bit<12> id) {
        headers.vlans.push_front(1);
        headers.vlans[0].setValid();
        headers.vlans[0] = { 3, 0, id, headers.ethernet.type };
        headers.ethernet.type = 0x8100;
    }
    action pop() {
        headers.ethernet.type = headers.vlans[0].type;
        headers.vlans.pop_front(1);
    }
    table tags {
        key = { headers.vlans[0].isValid() : exact @name("tagged"); headers.vlans[0].id : ternary @name("id"); }
        actions = { push; pop; NoAction; }
        default_action = NoAction();
        const entries = {
            (false, _) : push(100);
            (true, 200) : pop();
        }
    }
    apply { tags.apply(); standard.egress_spec = 1; }
}

#include "common/tail.p4"
