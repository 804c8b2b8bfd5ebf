// What v1model parses and sends. The chain of extension headers is kept whole.
#define HOP_BY_HOP_CHUNKS 8
#define EXTENSION_CHUNKS 12

/** In the order of the wire. */
struct headers_t {
    packet_in_t    packet_in;
    packet_out_t   packet_out;
    ethernet_t     ethernet;
    vlan_t[2]      vlans;
    arp_t          arp;
    ipv4_t         ipv4;
    ipv4_options_t ipv4_options;
    ipv6_t         ipv6;
    /** The hop-by-hop header, which stands first (RFC 8200, section 4.1). */
    chunk_t[HOP_BY_HOP_CHUNKS] hop_by_hop;
    /** Only inserted; a routing header that comes in stands in `before` or `after`. */
    routing2_t     routing2;
    /** All other extension headers, before the chunk of a Home Address option and after its address. */
    chunk_t[EXTENSION_CHUNKS] before;
    option_chunk_t option_chunk;
    home_address_t home;
    chunk_t[EXTENSION_CHUNKS] after;
    mobility_t     mobility;
    icmp_t         icmp;
    tcp_t          tcp;
    udp_t          udp;
}
