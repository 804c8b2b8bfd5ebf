// What simple_switch sets: ingress port, length, egress port, instance type.
#include "common/head.p4"
#define HAS_EGRESS

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { bit<9> in_port; bit<32> length; }

PARSE_ONE(x)

INGRESS {
    apply {
        metadata.in_port = standard.ingress_port;
        metadata.length = standard.packet_length;
        standard.egress_spec = standard.ingress_port + 1;
    }
}

EGRESS {
    apply {
        headers.x.a = (bit<8>)metadata.in_port;
        headers.x.b = (bit<8>)metadata.length;
        headers.x.c = (bit<8>)standard.egress_port;
        headers.x.d = (bit<8>)standard.instance_type;
    }
}

#include "common/tail.p4"
