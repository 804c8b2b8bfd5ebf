#include <core.p4>
header h_t { varbit<32> x; }
parser p(packet_in packet, out h_t h) {
    state start {
        h = packet.lookahead<h_t>();
        transition accept;
    }
}
