// A type made by `type` is told apart while checking and is its bits on the wire (section 7.2.8).
#include "common/head.p4"

type bit<8> port_number_t;

header x_t { port_number_t port; bit<8> next; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    apply {
        headers.x.next = (bit<8>)headers.x.port + 1;
        headers.x.port = (port_number_t)8w9;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
