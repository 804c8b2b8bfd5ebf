// What the stages ask of a target, done with Tofino's externs: register actions, hash and random units, checksums.

#if __TARGET_TOFINO__ == 1
const PortId_t CPU_PORT = 192;
#else
const PortId_t CPU_PORT = 0;
#endif

// Bits of a session's hash that are kept in the exact-match unit; its row comes from another hash. With the server and
// what each entry needs it makes 32 bits (docs/design/tofino.md). One bit, set by use, is what an idle timeout needs.
#define FLOW_ANNOTATIONS @proxy_hash_width(12) @idletime_precision(1)
// A counter for each session does not fit.
#define FLOW_COUNTER(name)
#define COUNT_FLOW(name)
#define FLOW_PROPERTIES(name) idle_timeout = true;
#define IDLE_TIMEOUT idle_timeout = true;
#define ROUTES_PROPERTY alpm = Alpm(number_partitions = 1024, subtrees_per_partition = 2);
#define SELECTOR(name) \
    Hash<bit<51>>(HashAlgorithm_t.CRC64) name##_hash; \
    ActionProfile((bit<32>)SELECTION_MEMBERS) name##_profile; \
    ActionSelector(name##_profile, name##_hash, SelectorMode_t.RESILIENT, \
                   (bit<32>)SELECTION_GROUP_SIZE, (bit<32>)SELECTION_SIZE) name;
#define SELECTOR_PROPERTY(name) implementation = name;

// A slot is live in the epoch in which it was used and in the next one: for 4.3 to 8.6 s.
const bit<32> SLOT_EPOCHS = 1;
// Of a slot that nobody has used: not live in any of the first 2^31 epochs.
const bit<32> NEVER = 0x80000000;
// In front of a server's number in a slot: one that is all zeros was not written.
const bit<32> SLOT_USED = 0x10000;

// What the predicate of a slot's first register says: a mask with one bit for (is not live, has the tag).
const bit<8> SLOT_OTHER = 1;    // another live flow's
const bit<8> SLOT_SAME = 2;     // live, and of this flow

/** The tag of a slot and when it was used, in one cell, so that one access settles whose it is. */
struct slot_owner_t {
    bit<32> tag;
    bit<32> epoch;
}

/** A second tag, by another polynomial, and what the slot remembers. */
struct slot_value_t {
    bit<32> tag;
    bit<32> server;
}

/** Flows whose hash in `flows` is that of another one: whole tuples, asked first, and so always right. */
control FlowCollisions(inout headers_t headers, inout metadata_t metadata) {
    action set_server(bit<16> server) {
        metadata.session.server = server;
        metadata.session.is_known = true;
    }
    @id(16) @name(".flow_collisions")
    table flow_collisions {
        key = {
            metadata.facts.source : exact @name("source");
            metadata.facts.destination : exact @name("destination");
            metadata.facts.source_port : exact @name("source_port");
            metadata.facts.destination_port : exact @name("destination_port");
            metadata.facts.protocol : exact @name("protocol");
        }
        actions = { set_server; NoAction; }
        const default_action = NoAction();
        size = FLOW_COLLISIONS_SIZE;
        IDLE_TIMEOUT
    }
    apply { flow_collisions.apply(); }
}

/** Whether a packet comes from the care-of address of its binding: a table compares more bits than a condition. */
control CompareCareOfAddress(inout headers_t headers, inout metadata_t metadata) {
    action set_bound() { metadata.session.is_bound = true; }
    @hidden
    table same_address {
        key = {
            metadata.session.has_binding : exact;
            metadata.session.care_of_difference : ternary;
        }
        actions = { set_bound; NoAction; }
        const entries = { (true, 0) : set_bound(); }
        const default_action = NoAction();
        size = 1;
    }
    apply { same_address.apply(); }
}

/** Refuses with the probability that admission gave: 0 never, 65536 always. */
control Draw(inout headers_t headers, inout metadata_t metadata) {
    Random<bit<16>>() random;
    apply {
        // Two fields cannot be compared; a difference that stops at zero can be tested.
        bit<32> over = metadata.session.drop_probability |-| (bit<32>)random.get();
        metadata.session.is_refused = over != 0;
    }
}

/**
 * Remembers the server of a flow until the controller has installed it. A packet accesses each register once: the
 * first says whose the slot is, and takes it if that is allowed and nobody live has it; the second holds the server
 * behind a second tag, since whoever knows one polynomial can make another flow with the same tag.
 */
control LearningCache(inout headers_t headers, inout metadata_t metadata, out slot_t slot) {
    CRCPolynomial<bit<32>>(0x1edc6f41, true, false, false, 0xffffffff, 0xffffffff) castagnoli;
    Hash<bit<15>>(HashAlgorithm_t.CRC16) index_hash;
    Hash<bit<32>>(HashAlgorithm_t.CRC32) owner_hash;
    Hash<bit<32>>(HashAlgorithm_t.CUSTOM, castagnoli) value_hash;
    Register<slot_owner_t, bit<15>>((bit<32>)LEARNING_SLOTS, { 0, NEVER }) owners;
    Register<slot_value_t, bit<15>>((bit<32>)LEARNING_SLOTS, { 0, 0 }) values;

    bit<15> index;
    bit<32> owner_tag;
    bit<32> value_tag;
    bit<32> server;

    RegisterAction<slot_owner_t, bit<15>, bit<8>>(owners) take = {
        void apply(inout slot_owner_t cell, out bit<8> found) {
            bool is_same = cell.tag == owner_tag;
            bool is_stale = metadata.epoch - cell.epoch > SLOT_EPOCHS;
            found = this.predicate(is_same, is_stale);
            if (is_same || is_stale) {
                cell.tag = owner_tag;
                cell.epoch = metadata.epoch;
            }
        }
    };
    RegisterAction<slot_owner_t, bit<15>, bit<8>>(owners) look = {
        void apply(inout slot_owner_t cell, out bit<8> found) {
            bool is_same = cell.tag == owner_tag;
            bool is_stale = metadata.epoch - cell.epoch > SLOT_EPOCHS;
            found = this.predicate(is_same, is_stale);
            if (is_same && !is_stale) { cell.epoch = metadata.epoch; }
        }
    };
    RegisterAction<slot_value_t, bit<15>, bit<32>>(values) write = {
        void apply(inout slot_value_t cell, out bit<32> found) {
            cell.tag = value_tag;
            cell.server = server;
            found = 0;
        }
    };
    RegisterAction<slot_value_t, bit<15>, bit<32>>(values) read = {
        void apply(inout slot_value_t cell, out bit<32> found) {
            found = 0;
            if (cell.tag == value_tag) { found = cell.server; }
        }
    };

    apply {
        index = index_hash.get({ metadata.facts.source, metadata.facts.destination, metadata.facts.source_port,
                                 metadata.facts.destination_port, metadata.facts.protocol });
        owner_tag = owner_hash.get({ metadata.facts.source, metadata.facts.destination, metadata.facts.source_port,
                                     metadata.facts.destination_port, metadata.facts.protocol });
        value_tag = value_hash.get({ metadata.facts.source, metadata.facts.destination, metadata.facts.source_port,
                                     metadata.facts.destination_port, metadata.facts.protocol });
        server = SLOT_USED | (bit<32>)metadata.session.candidate;
        slot = slot_t.miss;
        bool may_insert = metadata.session.has_candidate && !metadata.session.is_refused;
        bit<8> owner;
        if (may_insert) { owner = take.execute(index); } else { owner = look.execute(index); }
        if (owner == SLOT_SAME) {
            bit<32> found = read.execute(index);
            if (found != 0) {
                slot = slot_t.hit;
                metadata.session.server = found[15:0];
            } else if (may_insert) {
                // The same first tag, another flow.
                slot = slot_t.taken;
            }
        } else if (may_insert) {
            if (owner == SLOT_OTHER) {
                slot = slot_t.taken;
            } else {
                write.execute(index);
                slot = slot_t.inserted;
                metadata.session.server = metadata.session.candidate;
            }
        }
    }
}

/** Remembers where the first fragment of a packet went; later ones look it up. */
control FragmentCache(inout headers_t headers, inout metadata_t metadata, inout slot_t slot) {
    CRCPolynomial<bit<32>>(0x1edc6f41, true, false, false, 0xffffffff, 0xffffffff) castagnoli;
    Hash<bit<12>>(HashAlgorithm_t.CRC16) index_hash;
    Hash<bit<32>>(HashAlgorithm_t.CRC32) owner_hash;
    Hash<bit<32>>(HashAlgorithm_t.CUSTOM, castagnoli) value_hash;
    Register<slot_owner_t, bit<12>>((bit<32>)FRAGMENT_SLOTS, { 0, NEVER }) owners;
    Register<slot_value_t, bit<12>>((bit<32>)FRAGMENT_SLOTS, { 0, 0 }) values;

    bit<12> index;
    bit<32> owner_tag;
    bit<32> value_tag;
    bit<32> server;

    RegisterAction<slot_owner_t, bit<12>, bit<8>>(owners) take = {
        void apply(inout slot_owner_t cell, out bit<8> found) {
            cell.tag = owner_tag;
            cell.epoch = metadata.epoch;
            found = 0;
        }
    };
    RegisterAction<slot_owner_t, bit<12>, bit<8>>(owners) look = {
        void apply(inout slot_owner_t cell, out bit<8> found) {
            bool is_same = cell.tag == owner_tag;
            bool is_stale = metadata.epoch - cell.epoch > SLOT_EPOCHS;
            found = this.predicate(is_same, is_stale);
        }
    };
    RegisterAction<slot_value_t, bit<12>, bit<32>>(values) write = {
        void apply(inout slot_value_t cell, out bit<32> found) {
            cell.tag = value_tag;
            cell.server = server;
            found = 0;
        }
    };
    RegisterAction<slot_value_t, bit<12>, bit<32>>(values) read = {
        void apply(inout slot_value_t cell, out bit<32> found) {
            found = 0;
            if (cell.tag == value_tag) { found = cell.server; }
        }
    };

    apply {
        index = index_hash.get({ metadata.facts.source, metadata.facts.destination, metadata.facts.fragment_id,
                                 metadata.facts.protocol });
        owner_tag = owner_hash.get({ metadata.facts.source, metadata.facts.destination, metadata.facts.fragment_id,
                                     metadata.facts.protocol });
        value_tag = value_hash.get({ metadata.facts.source, metadata.facts.destination, metadata.facts.fragment_id,
                                     metadata.facts.protocol });
        server = SLOT_USED | (bit<32>)metadata.session.server;
        if (metadata.facts.fragment == 1) {
            take.execute(index);
            write.execute(index);
            slot = slot_t.inserted;
        } else {
            slot = slot_t.miss;
            bit<8> owner = look.execute(index);
            if (owner == SLOT_SAME) {
                bit<32> found = read.execute(index);
                if (found != 0) {
                    slot = slot_t.hit;
                    metadata.session.server = found[15:0];
                }
            }
        }
    }
}

/** Takes out the header with the Home Address option: nothing but padding stands beside it here. */
control StripHomeAddress(inout headers_t headers, inout metadata_t metadata) {
    apply {
        if (headers.hop_by_hop.isValid()) { headers.hop_by_hop.next = headers.option_chunk.next; }
        else { headers.ipv6.next = headers.option_chunk.next; }
        headers.option_chunk.setInvalid();
        headers.home.setInvalid();
        headers.ipv6.payload_length = headers.ipv6.payload_length - 24;
        metadata.facts.ip_length = metadata.facts.ip_length - 24;
    }
}

/** Puts a routing header of type 2 behind the hop-by-hop header, and sends the packet to the care-of address. */
control InsertRoutingHeader(inout headers_t headers, inout metadata_t metadata) {
    apply {
        headers.routing2.setValid();
        headers.routing2.length = 2;
        headers.routing2.type = 2;
        headers.routing2.segments_left = 1;
        headers.routing2.reserved = 0;
        headers.routing2.home_address = headers.ipv6.destination;
        if (headers.hop_by_hop.isValid()) {
            headers.routing2.next = headers.hop_by_hop.next;
            headers.hop_by_hop.next = PROTOCOL_ROUTING;
        } else {
            headers.routing2.next = headers.ipv6.next;
            headers.ipv6.next = PROTOCOL_ROUTING;
        }
        headers.ipv6.destination = metadata.session.route_address;
        headers.ipv6.payload_length = headers.ipv6.payload_length + ROUTING2_LENGTH;
    }
}

/** The deparser adds `checksum_change`, since ones' complement sums are its work: RFC 1624, equation 3. */
control AddToChecksum(inout headers_t headers, inout metadata_t metadata) {
    apply {
        if (headers.tcp.isValid()) {
            metadata.is_tcp_changed = true;
        } else if (headers.udp.isValid() && headers.udp.checksum != 0) {
            // No checksum stays none.
            metadata.is_udp_changed = true;
        }
    }
}

/** What the parser could not say of the lengths. */
control Lengths(inout headers_t headers, inout metadata_t metadata) {
    bit<16> parsed = 0;

    action set_parsed(bit<16> bytes) { parsed = bytes; }
    /** How many bytes the IPv4 header, or extension headers of IPv6, have taken. */
    @hidden
    table parsed_bytes {
        key = {
            headers.ipv4.isValid() : exact;
            headers.hop_by_hop.isValid() : exact;
            headers.option_chunk.isValid() : exact;
            headers.chunk.isValid() : exact;
            headers.routing_address.isValid() : exact;
        }
        actions = { set_parsed; }
        const entries = {
            (true, false, false, false, false) : set_parsed(20);
            (false, true, false, false, false) : set_parsed(8);
            (false, false, true, false, false) : set_parsed(24);
            (false, true, true, false, false) : set_parsed(32);
            (false, false, false, true, false) : set_parsed(8);
            (false, true, false, true, false) : set_parsed(16);
            (false, false, true, true, false) : set_parsed(32);
            (false, true, true, true, false) : set_parsed(40);
            (false, false, false, true, true) : set_parsed(24);
            (false, true, false, true, true) : set_parsed(32);
        }
        const default_action = set_parsed(0);
        size = 16;
    }
    apply {
        parsed_bytes.apply();
        bit<16> beyond = parsed |-| metadata.facts.ip_length[15:0];
        if (beyond != 0) {
            if (headers.ipv4.isValid()) { metadata.facts.family = 0; }
            else { metadata.facts.is_malformed = true; }
        }
        if (headers.ipv6.isValid()) { metadata.facts.ip_length = metadata.facts.ip_length + 40; }
    }
}
