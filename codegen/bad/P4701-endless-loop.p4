#include <v1model.p4>
header h_t { bit<8> count; bit<8> sum; }
struct headers { h_t h; }
struct metadata { bit<8> i; }
parser P(packet_in b, out headers hdr, inout metadata m, inout standard_metadata_t s) {
    state start { b.extract(hdr.h); transition accept; }
}
control V(inout headers hdr, inout metadata m) { apply { } }
control I(inout headers hdr, inout metadata m, inout standard_metadata_t s) {
    table t { key = { m.i : exact; } actions = { NoAction; } }
    apply {
        for (bit<8> i = 0; i < hdr.h.count; i = i + 1) {
            m.i = i;
            t.apply();
        }
    }
}
control E(inout headers hdr, inout metadata m, inout standard_metadata_t s) { apply { } }
control D(packet_out b, in headers hdr) { apply { b.emit(hdr); } }
V1Switch(P(), V(), I(), E(), V(), D()) main;
