#include <core.p4>
header h_t { bit<8> x; }
parser p(packet_in packet, out h_t h) {
    state start {
        packet.extract(h, 32);
        transition accept;
    }
}
