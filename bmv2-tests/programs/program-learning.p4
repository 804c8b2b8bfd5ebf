// A switch that learns in a register which port an address is behind.
#include "common/head.p4"

header x_t { bit<8> destination; bit<8> source; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    register<bit<9>>(256) ports;
    apply {
        ports.write((bit<32>)headers.x.source, standard.ingress_port + 1);
        bit<9> port;
        ports.read(port, (bit<32>)headers.x.destination);
        if (port == 0) standard.egress_spec = 5;
        else standard.egress_spec = port - 1;
    }
}

#include "common/tail.p4"
