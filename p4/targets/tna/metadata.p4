// What Tofino's parser and shim keep beside what the stages know.

/** A flow's slot in a cache, or a packet's: what it is known by, whose it is, and what it remembers. */
struct slot_fields_t {
    bit<32> owner_tag;
    bit<32> value_tag;
    bit<8>  owner;
    bit<32> found;
}

enum bit<2> way_t {
    none = 0,       // dropped, or to the controller
    inbound = 1,    // to a virtual address
    outbound = 2,   // from a server
    passing = 3     // from an uplink to elsewhere
}

/** What tables have answered that are asked before it is known whether it is wanted. */
struct answers_t {
    bool     is_local;              // the destination is an address of the switch
    bool     is_foreign;            // an address is of a scope that is never routed
    bit<16>  balancer;              // that packets are handed over to
    bool     is_missing;            // the server has no entry
    bit<32>  drawn;                 // at random, below 65536
    bit<32>  drop_excess;           // what the probability is above that: refused, unless zero
    bit<16>  last_byte;             // of the IP packet, counted from 0
    bit<16>  room;                  // bytes of the MTU behind it; 0: the packet is too big
    bool     is_translated_back;
    reason_t asked_reason;          // why a server's packet goes to the controller
}

struct metadata_t {
    facts_t   facts;
    session_t session;
    intents_t intents;
    answers_t answers;
    /** The reception time in units of 2^32 ns, about 4.3 s, and 2^16 more. */
    bit<32>   epoch;
    /** Ones' complement sums of what the IPv4, TCP and UDP checksums cover beside the header's own fields. */
    bit<16>   ipv4_rest;
    bit<16>   tcp_rest;
    bit<16>   udp_rest;
    bool      is_ipv4_wrong;
    /** NAT changes a checksum in UDP only where there is one. */
    bool      has_udp_checksum;
    /** Whom flows are of: the source, or the home address of an option. */
    bit<128>  flow_source;
    /** Which way the packet goes on (questions.p4). */
    way_t     way;
    /** Only if its binding says so, where there is a Home Address option. */
    bool      awaits_binding;
    /** Whether the frame is for the switch: the difference of its destination and the port's address. */
    bit<32>   frame_low;
    bit<16>   frame_high;
    bool      is_here;
    bit<15>   slot_index;
    bit<12>   fragment_index;
    slot_fields_t slot;
    slot_fields_t fragment_slot;
    /** The server of a packet of which this is a fragment. */
    bit<16>   slot_server;
    /** `flows` or the load balancer gives it. */
    bool      has_server;
    /** Punted before its service is of interest: what was asked early is not told. */
    bool      is_bare;
    bit<8>    mirror_kind;
    /** The port, where it stands in packet_in_t. */
    bit<9>    mirror_port;
    MirrorId_t mirror_session;
}

struct egress_metadata_t {
    bit<8> kind;
}
