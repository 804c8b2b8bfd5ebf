#include <core.p4>
header h_t { bit<8> x; }
control c(packet_in packet, out h_t h) {
    apply { packet.extract(h); }
}
