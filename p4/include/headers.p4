// Headers as they stand on the wire.
#ifndef MOOR_HEADERS
#define MOOR_HEADERS

const bit<16> ETHERTYPE_IPV4 = 0x0800;
const bit<16> ETHERTYPE_ARP = 0x0806;
const bit<16> ETHERTYPE_VLAN = 0x8100;
const bit<16> ETHERTYPE_SERVICE_VLAN = 0x88a8;
const bit<16> ETHERTYPE_IPV6 = 0x86dd;

const bit<8> PROTOCOL_HOP_BY_HOP = 0;
const bit<8> PROTOCOL_ICMP = 1;
const bit<8> PROTOCOL_TCP = 6;
const bit<8> PROTOCOL_UDP = 17;
const bit<8> PROTOCOL_ROUTING = 43;
const bit<8> PROTOCOL_FRAGMENT = 44;
const bit<8> PROTOCOL_ICMPV6 = 58;
const bit<8> PROTOCOL_DESTINATION_OPTIONS = 60;
const bit<8> PROTOCOL_MOBILITY = 135;

const bit<8> OPTION_PAD1 = 0;
const bit<8> OPTION_PADN = 1;
const bit<8> OPTION_HOME_ADDRESS = 0xc9;     // RFC 6275, section 6.3

const bit<16> ROUTING2_LENGTH = 24;          // section 6.4
const bit<16> HOME_ADDRESS_LENGTH = 24;      // a header with nothing but padding beside the option (section 6.3)

const bit<8> ICMPV6_ECHO_REQUEST = 128;      // below are errors (RFC 4443, section 2.1)
const bit<8> ICMPV6_ROUTER_SOLICITATION = 133;
const bit<8> ICMPV6_REDIRECT = 137;

const bit<8> MOBILITY_HOME_TEST_INIT = 1;    // RFC 6275, section 6.1
const bit<8> MOBILITY_CARE_OF_TEST_INIT = 2;
const bit<8> MOBILITY_BINDING_UPDATE = 5;

const bit<8> TCP_FIN_RST = 0x05;
const bit<8> TCP_SYN = 0x02;
const bit<8> TCP_SYN_ACK = 0x12;

// IPv4 addresses stand in 128 bits as ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2).
const bit<96> IPV4_MAPPED = 0xffff;

/** What goes in front of a packet for the controller. */
@controller_header("packet_in")
header packet_in_t {
    bit<9>  ingress_port;
    bit<7>  pad;
    bit<8>  reason;
    bit<16> service;
    bit<16> server;
    /** What some reasons have to say beside (ids.p4). */
    bit<16> auxiliary;
    /** Of a packet of a signalling flow; 0: not known. */
    bit<32> session;
}

/** What the controller puts in front of a packet that it sends. */
@controller_header("packet_out")
header packet_out_t {
    bit<9> port;
    /** 0: sent out of the port as it is. 1: goes through the pipeline, as if it had come in by the port. */
    bit<1> process;
    bit<6> pad;
}

header ethernet_t {
    bit<48> destination;
    bit<48> source;
    bit<16> ethertype;
}

header vlan_t {
    bit<3>  priority;
    bit<1>  drop_eligible;
    bit<12> id;
    bit<16> ethertype;
}

header arp_t {
    bit<16> hardware;
    bit<16> protocol;
    bit<8>  hardware_length;
    bit<8>  protocol_length;
    bit<16> operation;
}

header ipv4_t {
    bit<4>  version;
    bit<4>  header_length;
    bit<8>  traffic_class;
    bit<16> total_length;
    bit<16> identification;
    bit<1>  reserved;
    bit<1>  dont_fragment;
    bit<1>  more_fragments;
    bit<13> fragment_offset;
    bit<8>  time_to_live;
    bit<8>  protocol;
    bit<16> checksum;
    bit<32> source;
    bit<32> destination;
}

header ipv4_options_t {
    varbit<320> options;
}

header ipv6_t {
    bit<4>   version;
    bit<8>   traffic_class;
    bit<20>  flow_label;
    bit<16>  payload_length;
    bit<8>   next;
    bit<8>   hop_limit;
    bit<128> source;
    bit<128> destination;
}

/** Eight bytes of an extension header. Only the first chunk of a header has its next header and length. */
header chunk_t {
    bit<8>  next;
    bit<8>  length;
    bit<48> data;
}

/** The chunk at whose end a Home Address option begins: it is aligned to 8n + 6 (RFC 6275, section 6.3). */
header option_chunk_t {
    bit<8>  next;
    bit<8>  length;
    bit<32> data;
    bit<8>  option_type;
    bit<8>  option_length;
}

header home_address_t {
    bit<128> address;
}

/** Routing header of type 2 (RFC 6275, section 6.4). */
header routing2_t {
    bit<8>   next;
    bit<8>   length;
    bit<8>   type;
    bit<8>   segments_left;
    bit<32>  reserved;
    bit<128> home_address;
}

header mobility_t {
    bit<8>  payload_proto;
    bit<8>  length;
    bit<8>  type;
    bit<8>  reserved;
    bit<16> checksum;
}

header icmp_t {
    bit<8>  type;
    bit<8>  code;
    bit<16> checksum;
}

header tcp_t {
    bit<16> source_port;
    bit<16> destination_port;
    bit<32> sequence;
    bit<32> acknowledgement;
    bit<4>  data_offset;
    bit<4>  reserved;
    bit<8>  flags;
    bit<16> window;
    bit<16> checksum;
    bit<16> urgent;
}

header udp_t {
    bit<16> source_port;
    bit<16> destination_port;
    bit<16> length;
    bit<16> checksum;
}

#endif
