// v1model: the architecture of BMv2's simple_switch. What each field and extern does at run time is
// documented with that switch; two versions of the interface exist, chosen by V1MODEL_VERSION:
//   20180101  ports and indices are plain bit<9> and bit<32>; the default
//   20200408  PortId_t exists; counters, meters and registers take an index type

#ifndef _V1_MODEL_P4_
#define _V1_MODEL_P4_

#include "core.p4"

#ifndef V1MODEL_VERSION
#define V1MODEL_VERSION 20180101
#endif

#if V1MODEL_VERSION < 20180101 || V1MODEL_VERSION > 20200408
#error V1MODEL_VERSION is outside the known versions, 20180101 to 20200408
#endif

match_kind {
    range,     // low and high bound
    optional,  // one value exactly, or anything
    selector   // not matched: input to the hash of an action selector
}

// Tells tools which version the program was written for.
const bit<32> __v1model_version = V1MODEL_VERSION;

#if V1MODEL_VERSION >= 20200408
typedef bit<9> PortId_t;
#endif

// The @alias names are the ones that BMv2's JSON and its command line use.
@metadata @name("standard_metadata")
struct standard_metadata_t {
#if V1MODEL_VERSION >= 20200408
    PortId_t    ingress_port;
    PortId_t    egress_spec;
    PortId_t    egress_port;
#else
    bit<9>      ingress_port;
    bit<9>      egress_spec;  // where ingress wants the packet to go; 511 drops
    bit<9>      egress_port;  // where it does go; for egress to read
#endif
    bit<32>     instance_type;  // 0 from the wire; otherwise how the copy came about
    bit<32>     packet_length;
    // Queueing, filled in between ingress and egress. Times are in microseconds.
    @alias("queueing_metadata.enq_timestamp")
    bit<32>     enq_timestamp;
    @alias("queueing_metadata.enq_qdepth")
    bit<19>     enq_qdepth;
    @alias("queueing_metadata.deq_timedelta")
    bit<32>     deq_timedelta;
    @alias("queueing_metadata.deq_qdepth")
    bit<19>     deq_qdepth;
    // Microseconds since the switch started, taken as each pipeline begins.
    @alias("intrinsic_metadata.ingress_global_timestamp")
    bit<48>     ingress_global_timestamp;
    @alias("intrinsic_metadata.egress_global_timestamp")
    bit<48>     egress_global_timestamp;
    // Multicast: a group for ingress to choose (0 is none), and the copy's replication id in egress.
    @alias("intrinsic_metadata.mcast_grp")
    bit<16>     mcast_grp;
    @alias("intrinsic_metadata.egress_rid")
    bit<16>     egress_rid;
    bit<1>      checksum_error;  // 1 once a verify_checksum has failed
    error       parser_error;
    // Queue to use at the output port, on switches built with several.
    @alias("intrinsic_metadata.priority")
    bit<3>      priority;
}

// ---- State and table resources ----

enum CounterType {
    packets,
    bytes,
    packets_and_bytes
}

enum MeterType {
    packets,
    bytes
}

// An array of counters that actions step by index; an index outside it is ignored.
extern counter
#if V1MODEL_VERSION >= 20200408
<I>
#endif
{
    counter(bit<32> size, CounterType type);
#if V1MODEL_VERSION >= 20200408
    void count(in I index);
#else
    void count(in bit<32> index);
#endif
}

// One counter per table entry; steps on every hit once it is bound to the table.
extern direct_counter {
    direct_counter(CounterType type);
    void count();
}

// The colours that a meter gives.
#define V1MODEL_METER_COLOR_GREEN  0
#define V1MODEL_METER_COLOR_YELLOW 1
#define V1MODEL_METER_COLOR_RED    2

// An array of two-rate three-colour meters. Any unsigned result of two bits or more will do.
extern meter
#if V1MODEL_VERSION >= 20200408
<I>
#endif
{
    meter(bit<32> size, MeterType type);
#if V1MODEL_VERSION >= 20200408
    void execute_meter<T>(in I index, out T result);
#else
    void execute_meter<T>(in bit<32> index, out T result);
#endif
}

// One meter per table entry.
extern direct_meter<T> {
    direct_meter(MeterType type);
    void read(out T result);
}

// An array of values that packets read and write, and the control plane too.
#if V1MODEL_VERSION >= 20200408
extern register<T, I>
#else
extern register<T>
#endif
{
    register(bit<32> size);
    // Reading outside the array leaves no defined result; writing there does nothing.
    @noSideEffects
#if V1MODEL_VERSION >= 20200408
    void read(out T result, in I index);
#else
    void read(out T result, in bit<32> index);
#endif
#if V1MODEL_VERSION >= 20200408
    void write(in I index, in T value);
#else
    void write(in bit<32> index, in T value);
#endif
}

// As the 'implementation' of a table: entries name shared members instead of holding their own action.
extern action_profile {
    action_profile(bit<32> size);
}

// ---- Functions ----

// A uniform value between both bounds, which belong to the range.
extern void random<T>(out T result, in T lo, in T hi);

// Sends the data to the control plane, as it is at this moment. The receiver is always 1 for P4Runtime.
extern void digest<T>(in bit<32> receiver, in T data);

enum HashAlgorithm {
    crc32,
    crc32_custom,  // polynomial and the rest are set at run time
    crc16,
    crc16_custom,
    random,
    identity,
    csum16,
    xor16
}

// The older way to drop; the other overload says which metadata it changes.
@deprecated("Use mark_to_drop(standard_metadata).")
extern void mark_to_drop();

// Sets egress_spec to the drop port and clears mcast_grp. A later write to them takes that back.
@pure
extern void mark_to_drop(inout standard_metadata_t standard_metadata);

// result = base + (hash of data modulo max); base alone when max is 0.
@pure
extern void hash<O, T, D, M>(out O result, in HashAlgorithm algo, in T base, in D data, in M max);

// An action profile that picks a member of a group by hashing the keys of kind 'selector'.
extern action_selector {
    action_selector(HashAlgorithm algorithm, bit<32> size, bit<32> outputWidth);
}

enum CloneType {
    I2E,  // from the packet as it entered ingress
    E2E   // from the packet as it leaves egress
}

@deprecated("Use verify_checksum and update_checksum.")
extern Checksum16 {
    Checksum16();
    bit<16> get<D>(in D data);
}

// Checksums over the listed fields, where the condition holds: verify only sets checksum_error.
extern void verify_checksum<T, O>(in bool condition, in T data, in O checksum, HashAlgorithm algo);
@pure
extern void update_checksum<T, O>(in bool condition, in T data, inout O checksum, HashAlgorithm algo);

// The same over the fields and then all bytes that the parser did not extract.
extern void verify_checksum_with_payload<T, O>(in bool condition, in T data, in O checksum, HashAlgorithm algo);
@noSideEffects
extern void update_checksum_with_payload<T, O>(in bool condition, in T data, inout O checksum, HashAlgorithm algo);

// clone copies the packet to the ports of a mirroring session, resubmit sends it back to ingress as it
// came, recirculate as it leaves. They act when the pipeline ends; of several calls the last one counts.
// The '_preserving_field_list' forms keep user metadata that is annotated @field_list(index).
extern void clone(in CloneType type, in bit<32> session);

@deprecated("Use resubmit_preserving_field_list.")
extern void resubmit<T>(in T data);
extern void resubmit_preserving_field_list(bit<8> index);

@deprecated("Use recirculate_preserving_field_list.")
extern void recirculate<T>(in T data);
extern void recirculate_preserving_field_list(bit<8> index);

@deprecated("Use clone_preserving_field_list.")
extern void clone3<T>(in CloneType type, in bit<32> session, in T data);
extern void clone_preserving_field_list(in CloneType type, in bit<32> session, bit<8> index);

// Cuts the outgoing packet to this many bytes.
extern void truncate(in bit<32> length);

// For verification tools and debugging: what must hold, what may be taken to hold.
extern void assert(in bool check);
extern void assume(in bool check);

// Writes to the switch's log; each '{}' of the message stands for one field of the data.
extern void log_msg(string msg);
extern void log_msg<T>(string msg, in T data);

// ---- The pipeline ----

parser Parser<H, M>(packet_in b,
                    out H parsedHdr,
                    inout M meta,
                    inout standard_metadata_t standard_metadata);

// The checksum controls may only call the functions above that verify and update checksums.
control VerifyChecksum<H, M>(inout H hdr,
                             inout M meta);

@pipeline
control Ingress<H, M>(inout H hdr,
                      inout M meta,
                      inout standard_metadata_t standard_metadata);

@pipeline
control Egress<H, M>(inout H hdr,
                     inout M meta,
                     inout standard_metadata_t standard_metadata);

control ComputeChecksum<H, M>(inout H hdr,
                              inout M meta);

// May only emit.
@deparser
control Deparser<H>(packet_out b, in H hdr);

package V1Switch<H, M>(Parser<H, M> p,
                       VerifyChecksum<H, M> vr,
                       Ingress<H, M> ig,
                       Egress<H, M> eg,
                       ComputeChecksum<H, M> ck,
                       Deparser<H> dep);

#endif
