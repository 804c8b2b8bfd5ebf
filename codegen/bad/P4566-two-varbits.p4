#include <core.p4>
header h_t { varbit<32> x; varbit<32> y; }
parser p(packet_in packet, out h_t h) {
    state start {
        packet.extract(h, 32);
        transition accept;
    }
}
