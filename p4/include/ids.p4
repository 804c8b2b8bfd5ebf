// Numbers that the control plane and the data plane share. Each has one meaning for good.
#ifndef MOOR_IDS
#define MOOR_IDS

// ---- What a port is for ----
enum bit<8> role_t {
    none = 0,       // not configured: packets are dropped
    uplink = 1,     // towards clients
    server = 2,     // towards servers, or an existing load balancer
    both = 3        // a port with clients and servers behind it
}

// ---- Why a packet goes to the controller ----
enum bit<8> reason_t {
    none = 0,
    home_test_init = 1,         // RFC 6275, section 6.1.3
    care_of_test_init = 2,      // section 6.1.4
    binding_update = 3,         // section 6.1.7
    mobility_other = 4,         // any other mobility header sent to a virtual address: section 9.2
    unbound_home_address = 5,   // a Home Address option without a binding: section 9.3.3
    unplaced_home_address = 6,  // an option that stands where it cannot be taken out, or twice
    malformed = 7,              // extension headers beyond what the parser holds, or wrong lengths
    fragment = 8,               // a fragment whose flow is not known
    neighbor_discovery = 9,
    arp = 10,
    packet_too_big = 11,        // auxiliary: the MTU to tell the sender
    time_exceeded = 12,
    no_route = 13,
    no_neighbor = 14,           // auxiliary: the next hop
    icmp_error = 15,            // to a virtual address, or from a server behind NAT: its quote has to be translated
    slot_taken = 16,            // the learning cache holds another live flow where this one would go
    signalling = 17,            // a copy of a packet of a signalling flow; the packet itself goes on
    routing_header = 18,        // outbound, and no place for a second routing header
    local = 19,                 // sent to an address of the switch itself
    no_service = 20,            // sent to a virtual address, and no service there
    no_server = 21,             // every server of the service is drained or dead
    icmp = 22                   // an ICMP message that is no error to a virtual address, and no service takes it
}

// ---- What a digest tells ----
enum bit<8> event_t {
    none = 0,
    learned = 1,    // the data plane chose a server for a new flow
    opened = 2,     // a SYN that hit an entry: the controller compares the tuple
    closed = 3      // a FIN or RST was seen
}

// ---- Classes of admission (SARA, III.B) ----
enum bit<8> class_t {
    new_session = 0,
    established = 1
}

const bit<32> CPU_SESSION = 1;  // the clone session that leads to the controller

#endif
