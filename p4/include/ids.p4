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
    unplaced_home_address = 6,  // an option that stands where it cannot be taken out
    chain_too_long = 7,         // extension headers beyond what the parser holds, or malformed
    fragment = 8,               // a fragment whose flow is not known
    neighbor_discovery = 9,
    arp = 10,
    packet_too_big = 11,
    time_exceeded = 12,
    no_route = 13,
    no_neighbor = 14,
    icmp_error = 15,            // an ICMP error sent to a virtual address: its quote has to be translated
    slot_taken = 16,            // the learning cache holds another live flow where this one would go
    signalling = 17,            // a copy of a packet of a signalling flow; the packet itself goes on
    routing_header = 18,        // outbound, and no place for a second routing header
    local = 19,                 // sent to an address of the switch itself
    no_service = 20,            // sent to a virtual address, and no service there
    no_server = 21              // every server of the service is drained or dead
}

// ---- What a digest tells ----
enum bit<8> event_t {
    none = 0,
    learned = 1,    // the data plane chose a server for a new flow
    opened = 2,     // a SYN that hit an entry: the controller compares the tuple
    closed = 3      // a FIN or RST was seen
}

// ---- How a service hands packets on ----
enum bit<8> mode_t {
    none = 0,
    layer2 = 1,     // to the server's link-layer address, the packet as it is (SARA, III.D)
    nat = 2,        // to the server's own address
    hand_over = 3   // to an existing load balancer (Mobility Agents, figure 1)
}

// ---- Classes of admission (SARA, III.B) ----
enum bit<8> class_t {
    new_session = 0,
    established = 1
}

const bit<32> CPU_SESSION = 1;  // the clone session that leads to the controller

#endif
