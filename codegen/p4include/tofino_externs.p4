// The externs that both generations of Tofino have, and in the same form. Included by tofino1_base.p4 and
// tofino2_base.p4, behind their Register.

#ifndef _TOFINO_EXTERNS_P4_
#define _TOFINO_EXTERNS_P4_

// The one's complement sum of 16 bits over whole bytes; add, subtract, verify and get are for parsers,
// update is for deparsers.
extern Checksum {
    Checksum();
    void add<T>(in T data);
    void subtract<T>(in T data);
    bool verify();
    // Takes out the rest of the headers and deposits what remains: the payload's share.
    void subtract_all_and_deposit<T>(out T residual);
    bit<16> get();
    bit<16> update<T>(in T data, @optional in bool zeros_as_ones);
}

// Says how willingly a congested input buffer drops this packet.
extern ParserPriority {
    ParserPriority();
    void set(in bit<3> prio);
}

// ---- Hashes and random numbers ----

extern CRCPolynomial<T> {
    CRCPolynomial(T coeff, bool reversed, bool msb, bool extended, T init, T xor);
}

extern Hash<W> {
    Hash(HashAlgorithm_t algo);
    Hash(HashAlgorithm_t algo, CRCPolynomial<_> poly);
    W get<D>(in D data);
}

// Uniform over all values of W.
extern Random<W> {
    Random();
    W get();
}

// ---- Functions ----

extern T max<T>(in T t1, in T t2);
extern T min<T>(in T t1, in T t2);

// Marks a metadata field as not valid, as it is before its first write.
extern void invalidate<T>(in T field);
extern bool is_validated<T>(in T field);

// In the ingress parser: the metadata of PORT_METADATA_SIZE bits, as a struct of the user's.
extern T port_metadata_unpack<T>(packet_in pkt);

extern bit<32> sizeInBits<H>(in H h);
extern bit<32> sizeInBytes<H>(in H h);

// ---- Filters: smoothed values, and random early detection; a direct one has a cell per table entry ----

extern Lpf<T, I> {
    Lpf(bit<32> size);
    T execute(in T val, in I index);
}

extern DirectLpf<T> {
    DirectLpf();
    T execute(in T val);
}

extern Wred<T, I> {
    Wred(bit<32> size, bit<8> drop_value, bit<8> no_drop_value);
    bit<8> execute(in T val, in I index);
}

extern DirectWred<T> {
    DirectWred(bit<8> drop_value, bit<8> no_drop_value);
    bit<8> execute(in T val);
}

// ---- For register actions ----

// A value that the control plane can change while the program runs.
extern RegisterParam<T> {
    RegisterParam(T initial_value);
    T read();
}

// The unit computes 2^scale * f(2^shift * x), or with 1/x where it inverts, f being a table of 16 values.
enum MathOp_t {
    MUL,
    SQR,
    SQRT,
    DIV,
    RSQR,  // 1/x^2
    RSQRT  // 1/sqrt(x)
}

extern MathUnit<T> {
    // The table runs from entry 15 down to entry 0.
    MathUnit(bool invert, int<2> shift, int<6> scale,
             tuple<bit<8>, bit<8>, bit<8>, bit<8>,
                   bit<8>, bit<8>, bit<8>, bit<8>,
                   bit<8>, bit<8>, bit<8>, bit<8>,
                   bit<8>, bit<8>, bit<8>, bit<8>> data);
    // factor * op(x), and (A / B) * op(x)
    MathUnit(MathOp_t op, int factor);
    MathUnit(MathOp_t op, int A, int B);
    T execute(in T x);
}

// ---- Table implementations ----

extern ActionProfile {
    ActionProfile(bit<32> size);
}

extern ActionSelector {
    ActionSelector(ActionProfile action_profile,
                   Hash<_> hash,
                   SelectorMode_t mode,
                   bit<32> max_group_size,
                   bit<32> num_groups);
    // With a register that says which members are up.
    ActionSelector(ActionProfile action_profile,
                   Hash<_> hash,
                   SelectorMode_t mode,
                   Register<bit<1>, _> reg,
                   bit<32> max_group_size,
                   bit<32> num_groups);
    @deprecated("Name an ActionProfile.")
    ActionSelector(bit<32> size, Hash<_> hash, SelectorMode_t mode);
    @deprecated("Name an ActionProfile.")
    ActionSelector(bit<32> size, Hash<_> hash, SelectorMode_t mode, Register<bit<1>, _> reg);
}

// Changes the bits of a selector's register from the data plane.
extern SelectorAction {
    SelectorAction(ActionSelector sel);
    bit<1> execute(@optional in bit<32> index);
    @synchronous(execute)
    abstract void apply(inout bit<1> value, @optional out bit<1> rv);
}

// ---- For deparsers; 'emit' acts when the metadata's type field has the constructor's value ----

// A copy for the mirror session, behind the given header.
extern Mirror {
    @deprecated("Name the value of mirror_type.")
    Mirror();
    Mirror(MirrorType_t mirror_type);
    void emit(in MirrorId_t session_id);
    void emit<T>(in MirrorId_t session_id, in T hdr);
}

// Back to the start of ingress, with a header of at most 64 bits in place of the port metadata.
extern Resubmit {
    @deprecated("Name the value of resubmit_type.")
    Resubmit();
    Resubmit(ResubmitType_t resubmit_type);
    void emit();
    void emit<T>(in T hdr);
}

extern Digest<T> {
    @deprecated("Name the value of digest_type.")
    Digest();
    Digest(DigestType_t digest_type);
    void pack(in T data);
}

// ---- Tables in SRAM that stand for a TCAM: the table's implementation property ----

// One key has the match kind atcam_partition_index.
extern Atcam {
    Atcam(@optional bit<32> number_partitions);
}

extern Alpm {
    Alpm(@optional bit<32> number_partitions, @optional bit<32> subtrees_per_partition,
         @optional bit<32> atcam_subset_width, @optional bit<32> shift_granularity);
}

#endif
