// What stages know of a packet, and what they want done with it.
#ifndef MOOR_METADATA
#define MOOR_METADATA

/** Found by the parser; every field is set for every packet. */
struct facts_t {
    bit<9>   in_port;
    /** Microseconds since the switch started. */
    bit<48>  now;
    bit<8>   family;            // 4, 6, or 0 for anything else
    bit<128> source;
    bit<128> destination;
    bit<8>   protocol;
    bit<16>  source_port;
    bit<16>  destination_port;
    bit<8>   tcp_flags;
    bit<8>   mobility_type;
    bit<8>   hop_limit;
    bit<32>  ip_length;
    bool     is_icmp_error;
    bool     has_home_address;
    bool     is_malformed;        // the chain cannot be read to its end
    bool     is_unplaced;         // a Home Address option stands where it may not, or twice
    bool     has_routing;
    bool     has_routing2;
    bit<8>   fragment;            // 0: none; 1: the first; 2: a later one
    bit<32>  fragment_id;
}

/** What is to be done; the target's shim does it at the end. */
struct intents_t {
    bool    is_decided;
    bool    is_dropped;
    bit<9>  egress_port;
    @field_list(1) reason_t reason;
    @field_list(1) bit<16> auxiliary;
    bool    is_punted;
    bool    is_tapped;
    event_t event;
}

/** What lookups found. */
struct session_t {
    role_t  role;
    bit<48> link_address;       // of the port that the packet came in by
    bool    is_virtual;         // the destination is a virtual address
    bit<16> virtual_number;     // of the virtual address: the destination, or the source
    bit<128> home_address;      // what bindings are looked up by
    bool    asks_for_binding;
    bool    has_binding;
    bit<128> care_of_address;
    bit<128> care_of_difference;
    bool    is_bound;           // the packet comes from the care-of address
    bool    is_unroutable;      // it may not leave the link that it is on
    @field_list(1) bit<16> service;
    @field_list(1) bit<16> server;
    bool    has_service;
    bool    is_handed_over;     // to an existing load balancer, without sessions of moor's own
    bool    is_known;           // flows, or the cache, has it
    bool    is_announced;
    bit<16> candidate;
    bool    has_candidate;
    class_t class;
    bit<32> drop_probability;
    bool    is_refused;
    bool    is_admitted;        // as a new session
    bit<16> next_hop;
    bit<32> mtu;
    bit<32> added;              // bytes that the way out puts into the packet
    bool    is_translated;
    bit<128> translated_address;
    bit<16> translated_port;
    bit<128> route_address;     // what routes are looked up by: the destination, or a care-of address
    bit<16> checksum_change;    // ones' complement: new address and port less the old ones
    // The two ends of a flow, whichever way the packet goes.
    bit<128> client_address;
    bit<16> client_port;
    bit<128> virtual_address;
    bit<16> virtual_port;
    @field_list(1) bit<32> session;
}

/** What the learning cache answers. */
enum bit<8> slot_t {
    miss = 0,       // not there, and not put there
    hit = 1,
    inserted = 2,
    taken = 3,      // another live flow has the slot
    again = 4       // hit, and to be told of once more
}

/**
 * What the controller is told of flows. `event` is one of event_t; BMv2's P4Runtime server takes no program whose digests have
 * fields of other types than bit<W>.
 */
struct flow_digest_t {
    bit<128> source;
    bit<128> destination;
    bit<16>  source_port;
    bit<16>  destination_port;
    bit<8>   protocol;
    bit<8>   event;
    bit<16>  service;
    bit<16>  server;
}

#endif
