#include <core.p4>
header options_t { varbit<320> data; }
parser p(packet_in packet, out options_t options) {
    state start {
        packet.extract(options);
        transition accept;
    }
}
