// What both generations of Tofino have before anything else: constants, enumerations, errors and the
// metadata that is the same. Included by tofino1_base.p4 and tofino2_base.p4.

#ifndef _TOFINO_TYPES_P4_
#define _TOFINO_TYPES_P4_

#include "core.p4"

// For '#if COMPILER_VERSION >= PACK_VERSION(9, 5, 0)'; Tofino's own compiler defines the three parts.
#define PACK_VERSION(a, b, c) (((a) << 24) + ((b) << 12) + (c))
#define COMPILER_VERSION PACK_VERSION(__p4c_major__, __p4c_minor__, __p4c_patchlevel__)

// Bits of parser_err in the metadata from the parser.
@noWarn("unused")
const bit<16> PARSER_ERROR_OK           = 16w0x0000;
@noWarn("unused")
const bit<16> PARSER_ERROR_NO_MATCH     = 16w0x0001;
@noWarn("unused")
const bit<16> PARSER_ERROR_PARTIAL_HDR  = 16w0x0002;
@noWarn("unused")
const bit<16> PARSER_ERROR_CTR_RANGE    = 16w0x0004;
@noWarn("unused")
const bit<16> PARSER_ERROR_TIMEOUT_USER = 16w0x0008;
@noWarn("unused")
const bit<16> PARSER_ERROR_TIMEOUT_HW   = 16w0x0010;
@noWarn("unused")
const bit<16> PARSER_ERROR_SRC_EXT      = 16w0x0020;
@noWarn("unused")
const bit<16> PARSER_ERROR_PHV_OWNER    = 16w0x0080;
@noWarn("unused")
const bit<16> PARSER_ERROR_MULTIWRITE   = 16w0x0100;
@noWarn("unused")
const bit<16> PARSER_ERROR_ARAM_MBE     = 16w0x0400;
@noWarn("unused")
const bit<16> PARSER_ERROR_FCS          = 16w0x0800;

enum MeterType_t { PACKETS, BYTES }

// The chip's own coding: 2 is never used.
enum bit<8> MeterColor_t { GREEN = 8w0, YELLOW = 8w1, RED = 8w3 }

enum CounterType_t {
    PACKETS,
    BYTES,
    PACKETS_AND_BYTES
}

// Resilient: flows stay where they are when a group loses a member.
enum SelectorMode_t { FAIR, RESILIENT }

enum HashAlgorithm_t {
    IDENTITY,
    RANDOM,
    XOR8,
    XOR16,
    XOR32,
    CRC8,
    CRC16,
    CRC32,
    CRC64,
    CUSTOM  // as the CRCPolynomial says
}

match_kind {
    range,                 // low and high bound
    selector,              // not matched: input to an action selector
    atcam_partition_index  // picks the part of an algorithmic TCAM
}

error {
    CounterRange,
    Timeout,
    PhvOwner,
    MultiWrite,
    IbufOverflow,
    IbufUnderflow
}

// In front of every packet that enters ingress: 64 bits.
@__intrinsic_metadata
header ingress_intrinsic_metadata_t {
    bit<1> resubmit_flag;
    @padding bit<1> _pad1;
    bit<2> packet_version;
    @padding bit<(4 - PORT_ID_WIDTH % 8)> _pad2;
    PortId_t ingress_port;
    bit<48> ingress_mac_tstamp;  // ns, at the MAC
}

// What ingress asks of the traffic manager. Fields that are never written are not passed on.
@__intrinsic_metadata
struct ingress_intrinsic_metadata_for_tm_t {
    PortId_t ucast_egress_port;
    bit<1> bypass_egress;
    bit<1> deflect_on_drop;
    bit<3> ingress_cos;
    QueueId_t qid;
    bit<3> icos_for_copy_to_cpu;
    bit<1> copy_to_cpu;
    bit<2> packet_color;  // for dropping by colour when queues fill
    bit<1> disable_ucast_cutthru;
    bit<1> enable_mcast_cutthru;
    // Two multicast trees at most, each of two levels: routed copies, then ports.
    MulticastGroupId_t mcast_grp_a;
    MulticastGroupId_t mcast_grp_b;
    bit<13> level1_mcast_hash;
    bit<13> level2_mcast_hash;
    L1ExclusionId_t level1_exclusion_id;
    L2ExclusionId_t level2_exclusion_id;
    bit<16> rid;
}

@__intrinsic_metadata
struct ingress_intrinsic_metadata_from_parser_t {
    bit<48> global_tstamp;  // ns, on entering the pipeline
    bit<32> global_ver;
    bit<16> parser_err;     // PARSER_ERROR_ bits
}

@__intrinsic_metadata
struct egress_intrinsic_metadata_from_parser_t {
    bit<48> global_tstamp;
    bit<32> global_ver;
    bit<16> parser_err;
}

// Orders to the output port's MAC, for PTP (IEEE 1588).
@__intrinsic_metadata
struct egress_intrinsic_metadata_for_output_port_t {
    bit<1> capture_tstamp_on_tx;
    bit<1> update_delay_on_tx;  // wants a ptp_metadata_t in front of the packet
}

// Tells the MAC where to write the correction field and the checksum.
header ptp_metadata_t {
    bit<8> udp_cksum_byte_offset;
    bit<8> cf_byte_offset;
    bit<48> updated_cf;
}

#endif
