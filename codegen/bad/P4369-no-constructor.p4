#include <core.p4>
control c() {
    packet_out() packet;
    apply { }
}
