// What v1model's parser and shim keep beside what the stages know.
/** What the parser keeps while it walks the chain of extension headers. */
struct chain_t {
    bit<8>  next;
    bit<8>  left;               // chunks of this header still to come
    bit<64> chunk;
    bit<16> offset;             // where in the chunk the next option begins
    bit<16> bytes;              // of extension headers so far
    bit<8>  count;              // chunks in `before`
    bit<8>  begin;              // the first of them that belongs to this header
    bit<8>  previous;           // where the header before it begins
    bit<8>  current;            // where this header begins, for the one behind it
    bool    is_split;           // an option's type ends the chunk, its length begins the next
    bool    has_options;        // an option that is no padding
}

/** Where a Home Address option stands, for taking it out. */
struct option_place_t {
    bool     is_alone;            // its header has nothing else, and is the first of the chain: nothing below is set
    bool     home_address_first;  // it stands in the first chunk of its header
    bool     only_padding;        // nothing else stands in its header
    bit<8>   options_begin;       // the chunk of `before` in which its header begins
    bit<8>   options_end;         // and the one behind its last in `before`
    bit<8>   options_previous;    // the chunk in which the header before it begins; 255: the IPv6 header itself
    bit<8>   options_after;       // how many chunks of `after` belong to it
    bit<8>   options_next;        // its Next Header
}

/** What the learning cache found, for when it is asked to keep a flow. */
struct cache_t {
    bit<32> index;
    bool    is_live;            // a flow has the slot, whichever
    bool    is_kept;            // this one had it, and nobody has wanted it since
}

struct metadata_t {
    facts_t   facts;
    chain_t   chain;
    option_place_t place;
    session_t session;
    cache_t   cache;
    intents_t intents;
    @field_list(1) bit<9> in_port;
    bool      is_forwarded;     // by the pipeline: what leaves otherwise leaves as it came
}
