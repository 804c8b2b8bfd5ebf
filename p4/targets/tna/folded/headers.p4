// What pipe A has found out of a packet, in front of it on the way to pipe B.
#define CROSSING_HEADERS crossing_t crossing; addresses_t addresses;

const bit<32> CROSSING_BITS = 104;
const bit<32> ADDRESSES_BITS = 304;

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
    bit<1>   is_translated;
    bit<1>   has_addresses;     // addresses_t is behind it
    bit<6>   way_pad;
    way_t    way;
    reason_t reason;
    bit<16>  service;
    bit<16>  server;
    bit<16>  candidate;
    bit<16>  balancer;
}

/** What the binding is looked up by, and what NAT puts into a packet of a server: where one of them is wanted. */
header addresses_t {
    bit<128> home_address;
    bit<16>  virtual_number;
    bit<16>  checksum_change;
    bit<128> translated_address;
    bit<16>  translated_port;
}
