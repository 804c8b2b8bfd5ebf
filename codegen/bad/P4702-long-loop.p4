#include <v1model.p4>
struct headers { }
struct metadata { bit<32> i; }
parser P(packet_in b, out headers hdr, inout metadata m, inout standard_metadata_t s) {
    state start { transition accept; }
}
control V(inout headers hdr, inout metadata m) { apply { } }
control I(inout headers hdr, inout metadata m, inout standard_metadata_t s) {
    table t { key = { m.i : exact; } actions = { NoAction; } }
    apply {
        for (bit<32> i in 0 .. 1000000) {
            m.i = i;
            t.apply();
        }
    }
}
control E(inout headers hdr, inout metadata m, inout standard_metadata_t s) { apply { } }
control D(packet_out b, in headers hdr) { apply { b.emit(hdr); } }
V1Switch(P(), V(), I(), E(), V(), D()) main;
