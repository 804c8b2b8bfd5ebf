// The Portable NIC Architecture, version 0.7 of its specification, as BMv2's pna_nic has it. The widths
// that the specification leaves to the target are in pna_types.p4.

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

// W is the width that the control plane should see.
@noWarn("unused")
extern Counter<W, S> {
    Counter(bit<32> n_counters, PNA_CounterType_t type);
    void count(in S index);
}

@noWarn("unused")
extern DirectCounter<W> {
    DirectCounter(PNA_CounterType_t type);
    void count();
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
}

extern DirectMeter {
    DirectMeter(PNA_MeterType_t type);
    PNA_MeterColor_t execute(in PNA_MeterColor_t color);
    PNA_MeterColor_t execute();
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

#include "../pna_blocks.p4"

#endif
