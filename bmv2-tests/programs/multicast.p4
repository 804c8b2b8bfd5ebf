// Every member of a multicast group gets a copy, with its port and replication id.
#include "common/head.p4"
#define HAS_EGRESS

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS { apply { standard.mcast_grp = 1; } }

EGRESS {
    apply {
        headers.x.b = (bit<8>)standard.egress_rid;
        headers.x.c = (bit<8>)standard.egress_port;
        headers.x.d = (bit<8>)standard.instance_type;
    }
}

#include "common/tail.p4"
