// PNA 0.7 for P4TC, the match-action pipeline in Linux traffic control. Its back end reads the @tc_
// annotations: the rights of control and data path, the key and data of the control messages, and what
// the kernel calls for each method. Struct tc_ControlPath_X is the control message of extern X.

#ifndef __PNA_P4__
#define __PNA_P4__

#include "../core.p4"
#include "../pna_types.p4"

// Values of the table property pna_idle_timeout.
enum PNA_IdleTimeout_t {
    NO_TIMEOUT,
    NOTIFY_CONTROL,
    AUTO_DELETE  // the data plane removes the entry; nobody is told
}

match_kind {
    range,     // low and high bound
    selector,  // not matched: input to an action selector
    optional   // one value exactly, or anything
}

// ---- Hashes and checksums ----

enum PNA_HashAlgorithm_t {
    IDENTITY,
    CRC32,
    CRC32_CUSTOM,
    CRC16,
    CRC16_CUSTOM,
    ONES_COMPLEMENT16,  // the checksum of IPv4, TCP and UDP
    TARGET_DEFAULT
}

extern Hash<O> {
    Hash(PNA_HashAlgorithm_t algo);
    @tc_md_exec O get_hash<D>(in D data);
    // base + (hash modulo max)
    @tc_md_exec O get_hash<T, D>(in T base, in D data, in T max);
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

@noWarn("unused") @tc_acl("RP:RUXP")
extern Counter<W, S> {
    Counter(@tc_numel bit<32> n_counters, PNA_CounterType_t type);
    @tc_md_exec void count(in S index);
}

// The kernel's metadata of a packet: fetched at once, then read and changed field by field, and put back.
extern void skb_get_meta();
extern bit<64> skb_get_tstamp();
extern bit<32> skb_get_mark();
extern bit<16> skb_get_tc_classid();
extern bit<16> skb_get_tc_index();
extern bit<16> skb_get_queue_mapping();
extern bit<16> skb_get_protocol();
extern bit<1> skb_get_tc_at_ingress();
extern bit<1> skb_get_from_ingress();
extern void skb_set_tstamp(in bit<64> dummy);
extern void skb_set_mark(in bit<32> dummy);
extern void skb_set_tc_classid(in bit<16> dummy);
extern void skb_set_tc_index(in bit<16> dummy);
extern void skb_set_queue_mapping(in bit<16> dummy);
extern void skb_set_protocol(in bit<16> dummy);
extern void skb_set_meta();

struct tc_ControlPath_Counter<W, S> {
    @tc_key S index;
    @tc_data W pkts;
    @tc_data W bytes;
}

@noWarn("unused") @tc_acl("RP:RUXP")
extern DirectCounter<W> {
    DirectCounter(PNA_CounterType_t type);
    @tc_md_exec void count();
}

struct tc_ControlPath_DirectCounter<W> {
    @tc_key bit<32> index;
    @tc_data W pkts;
    @tc_data W bytes;
}

enum PNA_MeterType_t {
    PACKETS,
    BYTES
}

enum PNA_MeterColor_t { RED, GREEN, YELLOW }

// Two rates, three colours: aware of the packet's colour, or blind to it.
@tc_acl("RUP:RUXP")
extern Meter<S> {
    Meter(@tc_numel bit<32> n_meters, PNA_MeterType_t type);
    @tc_md_exec PNA_MeterColor_t execute(in S index, in PNA_MeterColor_t color);
    @tc_md_exec PNA_MeterColor_t execute(in S index);
}

// Committed and peak: information rate, burst size.
struct tc_ControlPath_Meter<S> {
    @tc_key S index;
    @tc_data bit<64> cir;
    @tc_data bit<64> cbs;
    @tc_data bit<64> pir;
    @tc_data bit<64> pbs;
}

@tc_acl("RUP:RUXP")
extern DirectMeter {
    DirectMeter(PNA_MeterType_t type);
    @tc_md_exec PNA_MeterColor_t execute(in PNA_MeterColor_t color);
    @tc_md_exec PNA_MeterColor_t execute();
}

struct tc_ControlPath_DirectMeter {
    @tc_key bit<32> index;
    @tc_data bit<64> cir;
    @tc_data bit<64> cbs;
    @tc_data bit<64> pir;
    @tc_data bit<64> pbs;
}

extern Register<T, S> {
    // Without an initial value the first read is undefined.
    Register(@tc_numel bit<32> size);
    Register(@tc_numel bit<32> size, @tc_init_val T initial_value);
    @tc_md_read T    read  (@tc_key in S index);
    @tc_md_write void write (@tc_key in S index, @tc_data in T value);
}

struct tc_ControlPath_Register<T> {
    @tc_key bit<32> index;
    @tc_data T a_value;
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
    @tc_md_exec void pack(in T data);
}

struct tc_ControlPath_Digest<T> {
    @tc_key bit<32> index;
    @tc_data T data;
}

#define __PNA_TC__
#include "../pna_blocks.p4"

#endif
