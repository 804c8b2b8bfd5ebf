// The Portable NIC Architecture as programs that write '#include <pna.p4>' use it: the draft of 2021,
// with a pre-control and with directions. The published version 0.7 is bmv2/pna.p4. dpdk/pna.p4 switches
// on what is between '#ifdef __PNA_DPDK__', and off its '#else'.

#ifndef __PNA_P4__
#define __PNA_P4__

#include "core.p4"

#define __PNA_PASS_NUMBER__
#include "pna_types.p4"

// Values of the table property pna_idle_timeout.
enum PNA_IdleTimeout_t {
    NO_TIMEOUT,
    NOTIFY_CONTROL
}

match_kind {
    range,     // low and high bound
    selector,  // not matched: input to an action selector
    optional   // one value exactly, or anything
}

// ---- Hashes and checksums ----

enum PNA_HashAlgorithm_t {
#ifdef __PNA_DPDK__
    IDENTITY,
    CRC32,
    CRC32_CUSTOM,
    CRC16,
    CRC16_CUSTOM,
    ONES_COMPLEMENT16,
    TOEPLITZ,  // as receive-side scaling computes it
#endif
    TARGET_DEFAULT
}

extern Hash<O> {
    Hash(PNA_HashAlgorithm_t algo);
    O get_hash<D>(in D data);
    // base + (hash modulo max)
    O get_hash<T, D>(in T base, in D data, in T max);
}

// Over all data since the last clear.
extern Checksum<W> {
    Checksum(PNA_HashAlgorithm_t hash);
    void clear();
    void update<T>(in T data);
    W    get();
}

// The one's complement sum, which can also take data out again; the state is the sum as it stands.
extern InternetChecksum {
    InternetChecksum();
    void clear();
    void add<T>(in T data);
    void subtract<T>(in T data);
    bit<16> get();
    bit<16> get_state();
    void set_state(in bit<16> checksum_state);
}

// ---- Counters, meters, registers; the direct ones have one cell per table entry ----

enum PNA_CounterType_t {
    PACKETS,
    BYTES,
    PACKETS_AND_BYTES
}

// W is the width that the control plane should see. A program may give the number of bytes itself.
@noWarn("unused")
extern Counter<W, S> {
    Counter(bit<32> n_counters, PNA_CounterType_t type);
#ifdef __PNA_DPDK__
    void count(in S index);
    void count(in S index, in bit<32> pkt_len);
#else
    void count(in S index, @optional in bit<32> increment);
#endif
}

@noWarn("unused")
extern DirectCounter<W> {
    DirectCounter(PNA_CounterType_t type);
#ifdef __PNA_DPDK__
    void count();
    void count(in bit<32> pkt_len);
#else
    void count(@optional in bit<32> increment);
#endif
}

enum PNA_MeterType_t {
    PACKETS,
    BYTES
}

enum PNA_MeterColor_t { RED, GREEN, YELLOW }

// Two rates, three colours: aware of the packet's colour, or blind to it.
extern Meter<S> {
    Meter(bit<32> n_meters, PNA_MeterType_t type);
    PNA_MeterColor_t execute(in S index, in PNA_MeterColor_t color);
    PNA_MeterColor_t execute(in S index);
#ifdef __PNA_DPDK__
    PNA_MeterColor_t dpdk_execute(in S index, in PNA_MeterColor_t color, in bit<32> pkt_len);
    PNA_MeterColor_t dpdk_execute(in S index, in bit<32> pkt_len);
#endif
}

extern DirectMeter {
    DirectMeter(PNA_MeterType_t type);
#ifdef __PNA_DPDK__
    PNA_MeterColor_t execute(in PNA_MeterColor_t color);
    PNA_MeterColor_t execute();
    PNA_MeterColor_t dpdk_execute(in PNA_MeterColor_t color, in bit<32> pkt_len);
    PNA_MeterColor_t dpdk_execute(in bit<32> pkt_len);
#else
    PNA_MeterColor_t execute(in PNA_MeterColor_t color, @optional in bit<32> pkt_len);
    PNA_MeterColor_t execute(@optional in bit<32> pkt_len);
#endif
}

extern Register<T, S> {
    // Without an initial value the first read is undefined.
    Register(bit<32> size);
    Register(bit<32> size, T initial_value);
    T    read  (in S index);
    void write (in S index, in T value);
}

// Uniform; both bounds belong to the range.
extern Random<T> {
    Random(T min, T max);
    T read();
}

// ---- Table implementations (the table property pna_implementation) and digests ----

extern ActionProfile {
    ActionProfile(bit<32> size);
}

extern ActionSelector {
    ActionSelector(PNA_HashAlgorithm_t algo, bit<32> size, bit<32> outputWidth);
}

extern Digest<T> {
    Digest();
    void pack(in T data);
}

#ifdef __PNA_DPDK__
// ---- The IPsec engine before the parser and behind the deparser ----

enum ipsec_status {
    IPSEC_SUCCESS,
    IPSEC_ERROR
}

extern ipsec_accelerator {
    ipsec_accelerator();
    // For the way out: which security association, and where the IP header starts.
    void set_sa_index<T>(in T sa_index);
    void set_ip_header_offset<T>(in T offset);
    void enable();
    void disable();
    // For the way in: whether the engine handled this packet, and how that went.
    bool from_ipsec(out ipsec_status status);
}

#endif
// ---- Metadata between the blocks ----

enum PNA_Direction_t {
    NET_TO_HOST,
    HOST_TO_NET
}

enum PNA_PacketPath_t {
    FROM_NET_PORT,
    FROM_NET_LOOPEDBACK,
    FROM_NET_RECIRCULATED,
    FROM_HOST,
    FROM_HOST_LOOPEDBACK,
    FROM_HOST_RECIRCULATED
}

struct pna_pre_input_metadata_t {
    PortId_t          input_port;
    ParserError_t     parser_error;
    PNA_Direction_t   direction;
    PassNumber_t      pass;
    bool              loopedback;
}

// The pre-control's order to the inline decryption.
struct pna_pre_output_metadata_t {
    bool              decrypt;
    SecurityAssocId_t said;
    bit<16>           decrypt_start_offset;  // in bytes
}

struct pna_main_parser_input_metadata_t {
    PNA_Direction_t   direction;
    PassNumber_t      pass;
    bool              loopedback;
    PortId_t          input_port;  // a network port, or the host's virtual port
}

struct pna_main_input_metadata_t {
    PNA_Direction_t   direction;
    PassNumber_t      pass;
    bool              loopedback;
    Timestamp_t       timestamp;
    ParserError_t     parser_error;
    ClassOfService_t  class_of_service;
    PortId_t          input_port;
}

struct pna_main_output_metadata_t {
    ClassOfService_t  class_of_service;
}

// ---- What the main control may call ----

// Where the packet goes: of these two, the last call counts.
extern void drop_packet();
extern void send_to_port(PortId_t dest_port);

// A copy for each slot that was used, by its session.
extern void mirror_packet(MirrorSlotId_t mirror_slot_id,
                          MirrorSessionId_t mirror_session_id);

extern void recirculate();

// In the default action of a table with add_on_miss: adds an entry with the key that just missed. The
// fields of the parameters are those of the named action. True when the entry was added.
extern bool add_entry<T>(string action_name,
                         in T action_params,
                         in ExpireTimeProfileId_t expire_time_profile_id);

extern FlowId_t allocate_flow_id();

// In an action of a table with idle timeouts: changes the profile of the entry that was hit, or only
// starts its time anew.
extern void set_entry_expire_time(
    in ExpireTimeProfileId_t expire_time_profile_id);

extern void restart_expire_timer();

// One value for each direction, as in a key that swaps source and destination.
@pure
extern T SelectByDirection<T>(
    in PNA_Direction_t direction,
    in T n2h_value,
    in T h2n_value);

// ---- The programmable blocks: pre-control, then main parser, control and deparser ----

control PreControlT<PH, PM>(
    in    PH pre_hdr,
    inout PM pre_user_meta,
    in    pna_pre_input_metadata_t  istd,
    inout pna_pre_output_metadata_t ostd);

parser MainParserT<MH, MM>(
    packet_in pkt,
    out   MH main_hdr,
    inout MM main_user_meta,
    in    pna_main_parser_input_metadata_t istd);

control MainControlT<MH, MM>(
    inout MH main_hdr,
    inout MM main_user_meta,
    in    pna_main_input_metadata_t  istd,
    inout pna_main_output_metadata_t ostd);

control MainDeparserT<MH, MM>(
    packet_out pkt,
    in    MH main_hdr,
    in    MM main_user_meta,
    in    pna_main_output_metadata_t ostd);

package PNA_NIC<PH, PM, MH, MM>(
    MainParserT<MH, MM> main_parser,
    PreControlT<PH, PM> pre_control,
    MainControlT<MH, MM> main_control,
    MainDeparserT<MH, MM> main_deparser);

#endif
