// What Tofino parses and sends, in the order of the wire. Extension headers that are not here are not parsed.
#ifdef MOOR_FOLDED
#include "folded/headers.p4"
#else
#define CROSSING_HEADERS
#endif

/** What kind of packet egress gets: it gets nothing but copies, and drops what it does not know. */
header kind_t {
    bit<8> kind;
}

/** In front of a copy for the controller, from ingress to egress: a kind_t, and the packet_in_t that the controller gets. */
header mirror_t {
    bit<8>  kind;
    bit<9>  ingress_port;
    bit<7>  pad;
    bit<8>  reason;
    bit<16> service;
    bit<16> server;
    bit<16> auxiliary;
    bit<32> session;
}

struct headers_t {
    CROSSING_HEADERS
    packet_out_t   packet_out;
    ethernet_t     ethernet;
    vlan_t[2]      vlans;
    arp_t          arp;
    ipv4_t         ipv4;
    ipv6_t         ipv6;
    /** Of eight bytes: router alert, or padding. */
    chunk_t        hop_by_hop;
    /** Only inserted. */
    routing2_t     routing2;
    /** A header of destination options with a Home Address option, in the one layout that is taken: 24 bytes. */
    option_chunk_t option_chunk;
    home_address_t home;
    /** A fragment header, or the first eight bytes of a routing header; of one of type 2 the rest too. */
    chunk_t        chunk;
    home_address_t routing_address;
    mobility_t     mobility;
    icmp_t         icmp;
    tcp_t          tcp;
    udp_t          udp;
}

struct egress_headers_t {
    kind_t      kind;
    packet_in_t packet_in;
}
