#include <core.p4>
header h_t { bit<8> x; }
parser p(packet_in packet, out h_t[4] stack) {
    state start {
        packet.extract(stack);
        transition accept;
    }
}
