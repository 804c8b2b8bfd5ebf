// What Tofino's parser and shim keep beside what the stages know.

struct metadata_t {
    facts_t   facts;
    session_t session;
    intents_t intents;
    /** The reception time in units of 2^32 ns, about 4.3 s. */
    bit<32>   epoch;
    /** Ones' complement sums of what the IPv4, TCP and UDP checksums cover beside the header's own fields. */
    bit<16>   ipv4_rest;
    bit<16>   tcp_rest;
    bit<16>   udp_rest;
    bool      is_ipv4_wrong;
    bool      is_tcp_changed;
    bool      is_udp_changed;
    bit<8>    mirror_kind;
    MirrorId_t mirror_session;
}

struct egress_metadata_t {
    bit<8> kind;
}
