// What pipe A has found out of a packet, in front of it on the way to pipe B.
#define CROSSING_HEADERS crossing_t crossing; translation_t translation;

const bit<32> CROSSING_BITS = 120;
const bit<32> TRANSLATION_BITS = 160;

header crossing_t {
    bit<7>   port_pad;
    /** At the bits of a byte that the chip has it at: the compiler makes one field of this and of what it comes from. */
    bit<9>   in_port;
    bit<1>   is_known;
    bit<1>   is_announced;
    bit<1>   has_candidate;
    bit<1>   is_handed_over;
    bit<1>   asks_for_binding;
    bit<1>   awaits_binding;
    bit<1>   is_translated;     // translation_t is behind it
    bit<1>   flag_pad;
    bit<6>   way_pad;
    way_t    way;
    reason_t reason;
    bit<16>  service;
    bit<16>  server;
    bit<16>  candidate;
    bit<16>  balancer;
    bit<16>  virtual_number;
}

/** What NAT puts into a packet of a server. */
header translation_t {
    bit<128> address;
    bit<16>  port;
    bit<16>  checksum_change;
}
