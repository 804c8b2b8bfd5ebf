// What the stages ask of a target, done with Tofino's externs: register actions, hash and random units, checksums.

#if __TARGET_TOFINO__ == 1
const PortId_t CPU_PORT = 192;
#else
const PortId_t CPU_PORT = 0;
#endif

// Bits of a session's hash that are kept in the exact-match unit; its row comes from another hash. With the server and
// what each entry needs it makes 32 bits (docs/design/tofino.md). One bit, set by use, is what an idle timeout needs.
#define FLOW_ANNOTATIONS @proxy_hash_width(16) @idletime_precision(1)
// A counter for each session does not fit.
#define FLOW_PROPERTIES(name) idle_timeout = true;
#define IDLE_TIMEOUT idle_timeout = true;
#define ROUTES_PROPERTY alpm = Alpm(number_partitions = 1024, subtrees_per_partition = 2);
// The home address, where an option says so: `flows` need not wait for the binding, whose check comes to the same.
#define FLOW_SOURCE metadata.flow_source
#define SELECTOR(one) \
    Hash<bit<51>>(HashAlgorithm_t.CRC64) one##_hash; \
    ActionProfile((bit<32>)SELECTION_MEMBERS) one##_profile; \
    @name(".ingress.pipeline.sessions.members") ActionSelector(one##_profile, one##_hash, SelectorMode_t.RESILIENT, \
                   (bit<32>)SELECTION_GROUP_SIZE, (bit<32>)SELECTION_SIZE) one;
#define SELECTOR_PROPERTY(name) implementation = name;

// What the parser writes a second time. That of Tofino 1 sets bits of it and clears none: there it is done behind it (ReadChain).
#if __TARGET_TOFINO__ == 1
#define REPLACE(field, value)
#else
#define REPLACE(field, value) field = value;
#endif

const MirrorType_t MIRROR_TO_CPU = 1;
// What kind a copy is: egress gets nothing else.
const bit<8> MIRROR_FROM_WIRE = 1;
const bit<8> MIRROR_FROM_CONTROLLER = 2;    // the copy begins with the controller's own header

// A slot is live in the epoch in which it was used and in the next one: for 4.3 to 8.6 s.
const bit<32> SLOT_EPOCHS = 1;
// Of a slot that nobody has used. Epochs begin at 2^16, so that it is long ago: a difference below zero is not for the ALU.
const bit<32> NEVER = 0;
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
    @name(".ingress.pipeline.collisions.set_server")
    action set_server(bit<16> server) {
        metadata.session.server = server;
        metadata.session.is_known = true;
        metadata.session.class = class_t.established;
    }
    @id(16) @name(".flow_collisions")
    table flow_collisions {
        key = {
            FLOW_SOURCE : exact @name("source");
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

/** What admission's probability is compared with: below it, a packet is refused. */
control Draw(inout headers_t headers, inout metadata_t metadata) {
    Random<bit<16>>() random;

    // The upper half is zero: a cast around an extern's answer would be an instruction of its own.
    action draw() { metadata.answers.drawn[15:0] = random.get(); }
    @hidden
    table drawn { actions = { draw; } const default_action = draw(); }
    apply { drawn.apply(); }
}

/**
 * Slots and tags of a flow, and of the packet that a fragment is of. A table leads 32 bits of hashes to its action, and
 * assignments one behind the other would be one table.
 */
control SlotHashes(inout headers_t headers, inout metadata_t metadata) {
    CRCPolynomial<bit<32>>(0x1edc6f41, true, false, false, 0xffffffff, 0xffffffff) castagnoli;
    Hash<bit<15>>(HashAlgorithm_t.CRC16) index_hash;
    Hash<bit<32>>(HashAlgorithm_t.CRC32) owner_hash;
    Hash<bit<32>>(HashAlgorithm_t.CUSTOM, castagnoli) value_hash;
    Hash<bit<12>>(HashAlgorithm_t.CRC16) fragment_index_hash;
    Hash<bit<32>>(HashAlgorithm_t.CRC32) fragment_owner_hash;
    Hash<bit<32>>(HashAlgorithm_t.CUSTOM, castagnoli) fragment_value_hash;

    action index() {
        metadata.slot_index = index_hash.get({
            FLOW_SOURCE, metadata.facts.destination, metadata.facts.source_port, metadata.facts.destination_port,
            metadata.facts.protocol });
        metadata.fragment_index = fragment_index_hash.get({
            FLOW_SOURCE, metadata.facts.destination, metadata.facts.fragment_id, metadata.facts.protocol });
    }
    @hidden
    table indices { actions = { index; } const default_action = index(); }
    action tag_slot_owner() {
        metadata.slot.owner_tag = owner_hash.get({
            FLOW_SOURCE, metadata.facts.destination, metadata.facts.source_port, metadata.facts.destination_port,
            metadata.facts.protocol });
    }
    @hidden
    table slot_owner_tag { actions = { tag_slot_owner; } const default_action = tag_slot_owner(); }
    action tag_slot_value() {
        metadata.slot.value_tag = value_hash.get({
            FLOW_SOURCE, metadata.facts.destination, metadata.facts.source_port, metadata.facts.destination_port,
            metadata.facts.protocol });
    }
    @hidden
    table slot_value_tag { actions = { tag_slot_value; } const default_action = tag_slot_value(); }
    action tag_fragment_owner() {
        metadata.fragment_slot.owner_tag = fragment_owner_hash.get({
            FLOW_SOURCE, metadata.facts.destination, metadata.facts.fragment_id, metadata.facts.protocol });
    }
    @hidden
    table fragment_owner_tag { actions = { tag_fragment_owner; } const default_action = tag_fragment_owner(); }
    action tag_fragment_value() {
        metadata.fragment_slot.value_tag = fragment_value_hash.get({
            FLOW_SOURCE, metadata.facts.destination, metadata.facts.fragment_id, metadata.facts.protocol });
    }
    @hidden
    table fragment_value_tag { actions = { tag_fragment_value; } const default_action = tag_fragment_value(); }

    apply {
        indices.apply();
        slot_owner_tag.apply();
        slot_value_tag.apply();
        fragment_owner_tag.apply();
        fragment_value_tag.apply();
    }
}

/**
 * Remembers the server of a flow until the controller has installed it. A packet accesses each register once: the
 * first says whose the slot is, and takes it if that is allowed and nobody live has it; the second holds the server
 * behind a second tag, since whoever knows one polynomial can make another flow with the same tag. What comes of it is
 * said by the table behind (pipeline.p4). An ALU compares two pairs, whose results have no names: it has no variables.
 */
control LearningCache(inout headers_t headers, inout metadata_t metadata) {
    Register<slot_owner_t, bit<15>>((bit<32>)LEARNING_SLOTS, { 0, NEVER }) owners;
    Register<slot_value_t, bit<15>>((bit<32>)LEARNING_SLOTS, { 0, 0 }) values;

    RegisterAction<slot_owner_t, bit<15>, bit<8>>(owners) take = {
        void apply(inout slot_owner_t cell, out bit<8> found) {
            found = this.predicate(cell.tag == metadata.slot.owner_tag,
                                   metadata.epoch - cell.epoch > SLOT_EPOCHS);
            if (cell.tag == metadata.slot.owner_tag || metadata.epoch - cell.epoch > SLOT_EPOCHS) {
                cell.tag = metadata.slot.owner_tag;
                cell.epoch = metadata.epoch;
            }
        }
    };
    RegisterAction<slot_owner_t, bit<15>, bit<8>>(owners) look = {
        void apply(inout slot_owner_t cell, out bit<8> found) {
            found = this.predicate(cell.tag == metadata.slot.owner_tag,
                                   metadata.epoch - cell.epoch > SLOT_EPOCHS);
            if (cell.tag == metadata.slot.owner_tag && !(metadata.epoch - cell.epoch > SLOT_EPOCHS)) {
                cell.epoch = metadata.epoch;
            }
        }
    };
    RegisterAction<slot_value_t, bit<15>, bit<32>>(values) write = {
        void apply(inout slot_value_t cell, out bit<32> found) {
            cell.tag = metadata.slot.value_tag;
            cell.server = (bit<32>)metadata.session.candidate | SLOT_USED;
            found = 0;
        }
    };
    RegisterAction<slot_value_t, bit<15>, bit<32>>(values) read = {
        void apply(inout slot_value_t cell, out bit<32> found) {
            found = 0;
            if (cell.tag == metadata.slot.value_tag) { found = cell.server; }
        }
    };

    apply {
        if (metadata.session.has_candidate && metadata.answers.drop_excess == 0) {
            metadata.slot.owner = take.execute(metadata.slot_index);
            if (metadata.slot.owner == SLOT_SAME) { metadata.slot.found = read.execute(metadata.slot_index); }
            else if (metadata.slot.owner != SLOT_OTHER) { write.execute(metadata.slot_index); }
        } else {
            metadata.slot.owner = look.execute(metadata.slot_index);
            if (metadata.slot.owner == SLOT_SAME) { metadata.slot.found = read.execute(metadata.slot_index); }
        }
    }
}

/**
 * Remembers where the first fragment of a packet went; later ones look it up. A first fragment whose flow only the learning
 * cache has is not remembered: that would come too late for the packet's own way through the stages.
 */
control FragmentCache(inout headers_t headers, inout metadata_t metadata) {
    Register<slot_owner_t, bit<12>>((bit<32>)FRAGMENT_SLOTS, { 0, NEVER }) owners;
    Register<slot_value_t, bit<12>>((bit<32>)FRAGMENT_SLOTS, { 0, 0 }) values;

    RegisterAction<slot_owner_t, bit<12>, bit<8>>(owners) take = {
        void apply(inout slot_owner_t cell, out bit<8> found) {
            cell.tag = metadata.fragment_slot.owner_tag;
            cell.epoch = metadata.epoch;
            found = 0;
        }
    };
    RegisterAction<slot_owner_t, bit<12>, bit<8>>(owners) look = {
        void apply(inout slot_owner_t cell, out bit<8> found) {
            found = this.predicate(cell.tag == metadata.fragment_slot.owner_tag,
                                   metadata.epoch - cell.epoch > SLOT_EPOCHS);
        }
    };
    // All actions of a register together read two fields.
    RegisterAction<slot_value_t, bit<12>, bit<32>>(values) write = {
        void apply(inout slot_value_t cell, out bit<32> found) {
            cell.tag = metadata.fragment_slot.value_tag;
            cell.server = (bit<32>)metadata.slot_server | SLOT_USED;
            found = 0;
        }
    };
    RegisterAction<slot_value_t, bit<12>, bit<32>>(values) forget = {
        void apply(inout slot_value_t cell, out bit<32> found) {
            cell.tag = metadata.fragment_slot.value_tag;
            cell.server = 0;
            found = 0;
        }
    };
    RegisterAction<slot_value_t, bit<12>, bit<32>>(values) read = {
        void apply(inout slot_value_t cell, out bit<32> found) {
            found = 0;
            if (cell.tag == metadata.fragment_slot.value_tag) { found = cell.server; }
        }
    };

    apply {
        if (metadata.facts.fragment == 1) {
            take.execute(metadata.fragment_index);
            if (metadata.has_server) {
                write.execute(metadata.fragment_index);
            } else if (!metadata.session.is_known && metadata.session.has_candidate &&
                       metadata.answers.drop_excess == 0 && metadata.slot.owner != SLOT_SAME) {
                if (metadata.slot.owner != SLOT_OTHER || metadata.session.is_announced) {
                    write.execute(metadata.fragment_index);
                } else {
                    forget.execute(metadata.fragment_index);
                }
            } else {
                forget.execute(metadata.fragment_index);
            }
        } else if (metadata.facts.fragment == 2) {
            metadata.fragment_slot.owner = look.execute(metadata.fragment_index);
            if (metadata.fragment_slot.owner == SLOT_SAME) {
                metadata.fragment_slot.found = read.execute(metadata.fragment_index);
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
        metadata.answers.last_byte = metadata.answers.last_byte - 24;
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
        metadata.answers.last_byte = metadata.answers.last_byte |+| ROUTING2_LENGTH;
        metadata.session.added[15:0] = ROUTING2_LENGTH;
    }
}

#if __TARGET_TOFINO__ == 1
/** What extension headers say in place of the first header. */
control ReadChain(inout headers_t headers, inout metadata_t metadata) {
    apply {
        if (headers.chunk.isValid()) { metadata.facts.protocol = headers.chunk.next; }
        else if (headers.option_chunk.isValid()) { metadata.facts.protocol = headers.option_chunk.next; }
        else if (headers.hop_by_hop.isValid()) { metadata.facts.protocol = headers.hop_by_hop.next; }
        if (metadata.facts.has_home_address) { metadata.flow_source = headers.home.address; }
    }
}
#endif

/** What the parser could not say: of the lengths, and, on Tofino 1, of the chain. */
control Lengths(inout headers_t headers, inout metadata_t metadata) {
#if __TARGET_TOFINO__ == 1
    ReadChain() chain;
#endif
    bit<16> beyond = 0;

    action set_parsed(bit<16> bytes) { beyond = bytes |-| metadata.facts.ip_length[15:0]; }
    /** How many bytes the IPv4 header, or extension headers of IPv6, have taken: and how many of them are beyond the packet's end. */
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
#if __TARGET_TOFINO__ == 1
        chain.apply(headers, metadata);
#endif
        parsed_bytes.apply();
        // No checksum stays none.
        if (headers.udp.isValid() && headers.udp.checksum != 0) { metadata.has_udp_checksum = true; }
        if (beyond != 0) {
            if (headers.ipv4.isValid()) { metadata.facts.family = 0; }
            else { metadata.facts.is_malformed = true; }
        }
        // What is beyond 16 bits is too big for any MTU.
        if (headers.ipv6.isValid()) {
            metadata.answers.last_byte = metadata.facts.ip_length[15:0] |+| 39;
            metadata.facts.ip_length[15:0] = metadata.facts.ip_length[15:0] |+| 40;
        } else {
            metadata.answers.last_byte = metadata.facts.ip_length[15:0] - 1;
        }
    }
}
