// What the stages ask of a target, done with v1model's externs: hashes, random numbers, registers, header stacks.

const bit<9> CPU_PORT = 510;
const bit<32> REASONS = 64;
const bit<2> METER_RED = 2;
const bit<32> INGRESS_CLONE = 1;   // instance_type of simple_switch
const bit<8> NO_CHUNK = 255;

const bit<8> OPTION_CONTINUE = 0;
const bit<8> OPTION_CHUNK = 1;
const bit<8> OPTION_HOME = 2;
const bit<8> OPTION_WRONG = 3;

#define FLOW_ANNOTATIONS
#define PORT_COUNTER(name) direct_counter(CounterType.packets_and_bytes) name;
#define COUNT_PORT(name) name.count();
#define PORT_PROPERTIES(name) counters = name;
#define FLOW_COUNTER(name) direct_counter(CounterType.packets_and_bytes) name;
#define COUNT_FLOW(name) name.count();
#define FLOW_PROPERTIES(name) counters = name; support_timeout = true;
#define IDLE_TIMEOUT support_timeout = true;
#define ROUTES_PROPERTY
#define SELECTOR(name) action_selector(HashAlgorithm.crc32, (bit<32>)SELECTION_MEMBERS, 32) name;
#define SELECTOR_PROPERTY(name) implementation = name;

/** What was not used for this long (microseconds) loses its slot to another flow, or packet, that wants it. */
const bit<48> SLOT_LIFETIME = 5000000;
/**
 * A flow whose slot nobody wanted goes on with its server for so long: twice the shortest idle timeout, so that no service's
 * session is over by then (SARA, III.A).
 */
const bit<48> SLOT_KEPT = 20000000;
/** When a flow still has no entry, it is told of again: there was no controller, or the report was lost. */
const bit<48> TELL_AGAIN = 2000000;

/** Flows that `flows` takes for another one. Here it never does: its key is the whole tuple. */
control FlowCollisions(inout headers_t headers, inout metadata_t metadata) {
    apply {}
}

/** Refuses with the probability that admission gave: 0 never, 65536 always. Mostly it is 0, and nothing is drawn. */
control Draw(inout headers_t headers, inout metadata_t metadata) {
    apply {
        if (metadata.session.drop_probability != 0) {
            bit<32> drawn;
            random(drawn, 0, 65535);
            metadata.session.is_refused = drawn < metadata.session.drop_probability;
        }
    }
}

/**
 * Remembers the server of a flow until the controller has installed it. One slot is looked at; a slot that another
 * live flow has is never taken over, and the whole tuple is compared, so that no two flows are ever mixed up.
 * Asked twice: whether it has the flow, and to keep the candidate of one that it does not have.
 *
 * A slot has a flow's tuple, when it was told of last, which is not after its last packet and at most TELL_AGAIN before,
 * and its server: in one element, because each one that is looked at is another wait for memory.
 */
control LearningCache(inout headers_t headers, inout metadata_t metadata, in bool keeps, inout slot_t slot) {
    register<bit<360>>((bit<32>)LEARNING_SLOTS) slots;

    apply {
        bit<360> there;
        bit<296> tuple_here = metadata.facts.source ++ metadata.facts.destination ++
            metadata.facts.source_port ++ metadata.facts.destination_port ++ metadata.facts.protocol;
        if (!keeps) {
            hash(metadata.cache.index, HashAlgorithm.crc32, 32w0, { tuple_here }, (bit<32>)LEARNING_SLOTS);
            slots.read(there, metadata.cache.index);
            bit<48> time = there[63:16];
            bit<48> age = metadata.facts.now - time;
            metadata.cache.is_live = time != 0 && age < SLOT_LIFETIME;
            if (time != 0 && age < SLOT_KEPT && there[359:64] == tuple_here) {
                if (metadata.cache.is_live) {
                    slot = slot_t.hit;
                    metadata.session.server = there[15:0];
                    if (age >= TELL_AGAIN) {
                        slot = slot_t.again;
                        there = tuple_here ++ metadata.facts.now ++ metadata.session.server;
                        slots.write(metadata.cache.index, there);
                    }
                } else {
                    // A SYN begins anew.
                    metadata.cache.is_kept = metadata.facts.protocol != PROTOCOL_TCP ||
                        metadata.facts.tcp_flags & TCP_SYN_ACK != TCP_SYN;
                }
            }
        } else if (metadata.cache.is_kept && metadata.session.has_candidate && !metadata.session.is_announced) {
            // Signalling knows better than what is old.
            slot = slot_t.again;
            slots.read(there, metadata.cache.index);
            metadata.session.server = there[15:0];
            there = tuple_here ++ metadata.facts.now ++ metadata.session.server;
            slots.write(metadata.cache.index, there);
        } else if (metadata.session.has_candidate && !metadata.session.is_refused) {
            if (metadata.cache.is_live) {
                slot = slot_t.taken;
            } else {
                slot = slot_t.inserted;
                metadata.session.server = metadata.session.candidate;
                there = tuple_here ++ metadata.facts.now ++ metadata.session.server;
                slots.write(metadata.cache.index, there);
            }
        }
    }
}

/** Remembers where the first fragment of a packet went; later ones look it up. */
control FragmentCache(inout headers_t headers, inout metadata_t metadata, out slot_t slot) {
    register<bit<48>>((bit<32>)FRAGMENT_SLOTS) times;
    register<bit<296>>((bit<32>)FRAGMENT_SLOTS) packets;
    register<bit<16>>((bit<32>)FRAGMENT_SLOTS) servers;

    apply {
        bit<32> index;
        bit<48> time;
        bit<296> packet_there;
        bit<296> packet_here = metadata.facts.source ++ metadata.facts.destination ++
            metadata.facts.fragment_id ++ metadata.facts.protocol;
        hash(index, HashAlgorithm.crc32, 32w0,
             { metadata.facts.source, metadata.facts.destination, metadata.facts.fragment_id,
               metadata.facts.protocol },
             (bit<32>)FRAGMENT_SLOTS);
        times.read(time, index);
        packets.read(packet_there, index);
        bool is_live = time != 0 && metadata.facts.now - time < SLOT_LIFETIME;
        slot = slot_t.miss;
        if (metadata.facts.fragment == 1) {
            slot = slot_t.inserted;
            times.write(index, metadata.facts.now);
            packets.write(index, packet_here);
            servers.write(index, metadata.session.server);
        } else if (is_live && packet_there == packet_here) {
            slot = slot_t.hit;
            servers.read(metadata.session.server, index);
        }
    }
}

// Chunks one by one: simple_switch cannot ask for the validity of an element whose index it has to look up, and what
// compilers make of loops over stacks differs.
#define EACH_CHUNK(what) \
    what(0) what(1) what(2) what(3) what(4) what(5) what(6) what(7) what(8) what(9) what(10) what(11)
#define TAKE_OUT(i) \
    if (begin <= i && metadata.place.options_end > i) { headers.before[i].setInvalid(); } \
    if (metadata.place.options_after > i) { headers.after[i].setInvalid(); } \
    if (metadata.place.options_previous == i) { headers.before[i].next = metadata.place.options_next; }
#define SHORTEN(i) \
    if (begin == i) { headers.before[i].length = headers.before[i].length - 2; }

/**
 * Takes the Home Address option out. Its 18 bytes become a PadN of two, so that what else stands in the header keeps
 * its alignment; a header in which only padding is left goes altogether.
 */
control StripHomeAddress(inout headers_t headers, inout metadata_t metadata) {
    apply {
        bit<8> begin = metadata.place.options_begin;
        if (metadata.place.is_alone) {
            if (headers.hop_by_hop[0].isValid()) { headers.hop_by_hop[0].next = headers.option_chunk.next; }
            else { headers.ipv6.next = headers.option_chunk.next; }
            headers.option_chunk.setInvalid();
            headers.ipv6.payload_length = headers.ipv6.payload_length - HOME_ADDRESS_LENGTH;
            metadata.facts.ip_length = metadata.facts.ip_length - (bit<32>)HOME_ADDRESS_LENGTH;
        } else if (metadata.place.only_padding) {
            // All chunks of the header, and the link to it from the header before.
            bit<16> chunks = 3 + (bit<16>)(metadata.place.options_end - begin) + (bit<16>)metadata.place.options_after;
            EACH_CHUNK(TAKE_OUT)
            if (metadata.place.options_previous == NO_CHUNK) {
                if (headers.hop_by_hop[0].isValid()) { headers.hop_by_hop[0].next = metadata.place.options_next; }
                else { headers.ipv6.next = metadata.place.options_next; }
            }
            headers.option_chunk.setInvalid();
            bit<16> bytes = chunks << 3;
            headers.ipv6.payload_length = headers.ipv6.payload_length - bytes;
            metadata.facts.ip_length = metadata.facts.ip_length - (bit<32>)bytes;
        } else {
            headers.option_chunk.option_type = OPTION_PADN;
            headers.option_chunk.option_length = 0;
            if (metadata.place.home_address_first) {
                headers.option_chunk.length = headers.option_chunk.length - 2;
            } else {
                EACH_CHUNK(SHORTEN)
            }
            headers.ipv6.payload_length = headers.ipv6.payload_length - 16;
            metadata.facts.ip_length = metadata.facts.ip_length - 16;
        }
        headers.home.setInvalid();
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
        if (headers.hop_by_hop[0].isValid()) {
            headers.routing2.next = headers.hop_by_hop[0].next;
            headers.hop_by_hop[0].next = PROTOCOL_ROUTING;
        } else {
            headers.routing2.next = headers.ipv6.next;
            headers.ipv6.next = PROTOCOL_ROUTING;
        }
        headers.ipv6.destination = metadata.session.route_address;
        headers.ipv6.payload_length = headers.ipv6.payload_length + ROUTING2_LENGTH;
        metadata.facts.ip_length = metadata.facts.ip_length + (bit<32>)ROUTING2_LENGTH;
        metadata.session.added = (bit<32>)ROUTING2_LENGTH;
    }
}
