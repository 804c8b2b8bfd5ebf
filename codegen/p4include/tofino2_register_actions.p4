// Register actions of Tofino 2: each reads, changes and writes one cell in one go, by a method that the
// program supplies. A cell gives up to four values; the forms with a number in their name give values of
// different types. Included by tofino2_base.p4.

#ifndef _TOFINO2_REGISTER_ACTIONS_P4_
#define _TOFINO2_REGISTER_ACTIONS_P4_

// What the supplied methods may return besides: the address that matched, the outcome of the four
// comparisons as a mask, and the smallest or largest 8 or 16-bit part of a value with its position.
#define __T2NA_RESULTS                                                                     \
    U address(@optional bit<1> subword);                                                   \
    U predicate(@optional in bool cmp0, @optional in bool cmp1, @optional in bool cmp2,    \
                @optional in bool cmp3);

// The same where the cell's values have different types.
#define __T2NA_GENERIC_RESULTS                                                             \
    U address<U>(@optional bit<1> subword);                                                \
    U predicate<U>(@optional in bool cmp0, @optional in bool cmp1, @optional in bool cmp2, \
                   @optional in bool cmp3);

#define __T2NA_EXTREMES                                                                    \
    bit<8> min8<I>(in I val, in bit<16> mask, @optional out bit<4> index);                 \
    bit<8> max8<I>(in I val, in bit<16> mask, @optional out bit<4> index);                 \
    bit<16> min16<I>(in I val, in bit<8> mask, @optional out bit<3> index);                \
    bit<16> max16<I>(in I val, in bit<8> mask, @optional out bit<3> index);

// For cells of 128 bits, with a value to add to the position.
#define __T2NA_WIDE_EXTREMES(MODIFIER)                                                     \
    bit<8> min8(in bit<128> val, in bit<16> mask, @optional out bit<4> index,              \
                @optional in MODIFIER postmod);                                            \
    bit<8> max8(in bit<128> val, in bit<16> mask, @optional out bit<4> index,              \
                @optional in MODIFIER postmod);                                            \
    bit<16> min16(in bit<128> val, in bit<8> mask, @optional out bit<3> index,             \
                  @optional in MODIFIER postmod);                                          \
    bit<16> max16(in bit<128> val, in bit<8> mask, @optional out bit<3> index,             \
                  @optional in MODIFIER postmod);

// ---- One cell per table entry ----

extern DirectRegisterAction<T, U> {
    DirectRegisterAction(DirectRegister<T> reg);
    U execute(@optional out U rv2, @optional out U rv3, @optional out U rv4);
    @synchronous(execute)
    abstract void apply(inout T value, @optional out U rv, @optional out U rv2,
                        @optional out U rv3, @optional out U rv4);
    __T2NA_RESULTS
    __T2NA_EXTREMES
}

extern DirectRegisterAction2<T, U1, U2> {
    DirectRegisterAction2(DirectRegister<T> reg);
    U1 execute(out U2 rv2);
    @synchronous(execute)
    abstract void apply(inout T value, out U1 rv1, out U2 rv2);
    __T2NA_GENERIC_RESULTS
    __T2NA_EXTREMES
}

extern DirectRegisterAction3<T, U1, U2, U3> {
    DirectRegisterAction3(DirectRegister<T> reg);
    U1 execute(out U2 rv2, out U3 rv3);
    @synchronous(execute)
    abstract void apply(inout T value, out U1 rv1, out U2 rv2, out U3 rv3);
    __T2NA_GENERIC_RESULTS
    __T2NA_EXTREMES
}

extern DirectRegisterAction4<T, U1, U2, U3, U4> {
    DirectRegisterAction4(DirectRegister<T> reg);
    U1 execute(out U2 rv2, out U3 rv3, out U4 rv4);
    @synchronous(execute)
    abstract void apply(inout T value, out U1 rv1, out U2 rv2, out U3 rv3, out U4 rv4);
    __T2NA_GENERIC_RESULTS
    __T2NA_EXTREMES
}

// ---- One cell of an array: by index, or the next one, or as a queue or a stack ----

@noWarn("unused")
extern RegisterAction<T, H, U> {
    RegisterAction(Register<_, _> reg);
    U execute(@optional in H index, @optional out U rv2,
              @optional out U rv3, @optional out U rv4);
    // The next cell at each call.
    U execute_log(@optional out U rv2, @optional out U rv3, @optional out U rv4);
    U enqueue(@optional out U rv2, @optional out U rv3, @optional out U rv4);
    U dequeue(@optional out U rv2, @optional out U rv3, @optional out U rv4);
    U push(@optional out U rv2, @optional out U rv3, @optional out U rv4);
    U pop(@optional out U rv2, @optional out U rv3, @optional out U rv4);
    // All cells, over some time.
    void sweep(@optional in U busy);
    @synchronous(execute, execute_log, enqueue, dequeue, push, pop, sweep)
    abstract void apply(inout T value, @optional out U rv1, @optional out U rv2,
                        @optional out U rv3, @optional out U rv4);
    // For a full queue or stack, and for an empty one.
    @synchronous(enqueue, push)
    @optional abstract void overflow(@optional inout T value,
                                     @optional out U rv1, @optional out U rv2,
                                     @optional out U rv3, @optional out U rv4);
    @synchronous(dequeue, pop)
    @optional abstract void underflow(@optional inout T value,
                                      @optional out U rv1, @optional out U rv2,
                                      @optional out U rv3, @optional out U rv4);
    __T2NA_RESULTS
    __T2NA_EXTREMES
}

extern RegisterAction2<T, H, U1, U2> {
    RegisterAction2(Register<_, _> reg);
    U1 execute(in H index, out U2 rv2);
    U1 execute_log(out U2 rv2);
    U1 enqueue(out U2 rv2);
    U1 dequeue(out U2 rv2);
    U1 push(out U2 rv2);
    U1 pop(out U2 rv2);
    @synchronous(execute, execute_log, enqueue, dequeue, push, pop)
    abstract void apply(inout T value, out U1 rv1, out U2 rv2);
    @synchronous(enqueue, push)
    @optional abstract void overflow(@optional inout T value, out U1 rv1, out U2 rv2);
    @synchronous(dequeue, pop)
    @optional abstract void underflow(@optional inout T value, out U1 rv1, out U2 rv);
    __T2NA_GENERIC_RESULTS
    __T2NA_EXTREMES
}

extern RegisterAction3<T, H, U1, U2, U3> {
    RegisterAction3(Register<_, _> reg);
    U1 execute(in H index, out U2 rv2, out U3 rv3);
    U1 execute_log(out U2 rv2, out U3 rv3);
    U1 enqueue(out U2 rv2, out U3 rv3);
    U1 dequeue(out U2 rv2, out U3 rv3);
    U1 push(out U2 rv2, out U3 rv3);
    U1 pop(out U2 rv2, out U3 rv3);
    @synchronous(execute, execute_log, enqueue, dequeue, push, pop)
    abstract void apply(inout T value, out U1 rv1, out U2 rv2, out U3 rv3);
    @synchronous(enqueue, push)
    @optional abstract void overflow(@optional inout T value, out U1 rv1, out U2 rv2, out U3 rv3);
    @synchronous(dequeue, pop)
    @optional abstract void underflow(@optional inout T value, out U1 rv1, out U2 rv2, out U3 rv3);
    __T2NA_GENERIC_RESULTS
    __T2NA_EXTREMES
}

extern RegisterAction4<T, H, U1, U2, U3, U4> {
    RegisterAction4(Register<_, _> reg);
    U1 execute(in H index, out U2 rv2, out U3 rv3, out U4 rv4);
    U1 execute_log(out U2 rv2, out U3 rv3, out U4 rv4);
    U1 enqueue(out U2 rv2, out U3 rv3, out U4 rv4);
    U1 dequeue(out U2 rv2, out U3 rv3, out U4 rv4);
    U1 push(out U2 rv2, out U3 rv3, out U4 rv4);
    U1 pop(out U2 rv2, out U3 rv3, out U4 rv4);
    @synchronous(execute, execute_log, enqueue, dequeue, push, pop)
    abstract void apply(inout T value, out U1 rv1, out U2 rv2, out U3 rv3, out U4 rv4);
    @synchronous(enqueue, push)
    @optional abstract void overflow(@optional inout T value, out U1 rv1, out U2 rv2, out U3 rv3, out U4 rv4);
    @synchronous(dequeue, pop)
    @optional abstract void underflow(@optional inout T value,
                                      out U1 rv1, out U2 rv2, out U3 rv3, out U4 rv4);
    __T2NA_GENERIC_RESULTS
    __T2NA_EXTREMES
}

// ---- A cache that learns: told the digest of the key, and whether to take it in ----

extern LearnAction<T, H, D, U> {
    LearnAction(Register<T, H> reg);
    U execute(in H index, @optional out U rv2, @optional out U rv3, @optional out U rv4);
    @synchronous(execute)
    abstract void apply(inout T value, in D digest, in bool learn,
                        @optional out U rv1, @optional out U rv2,
                        @optional out U rv3, @optional out U rv4);
    __T2NA_RESULTS
    __T2NA_EXTREMES
}

extern LearnAction2<T, H, D, U1, U2> {
    LearnAction2(Register<T, H> reg);
    U1 execute(in H index, out U2 rv2);
    @synchronous(execute)
    abstract void apply(inout T value, in D digest, in bool learn,
                        out U1 rv1, out U2 rv2);
    __T2NA_GENERIC_RESULTS
    __T2NA_EXTREMES
}

extern LearnAction3<T, H, D, U1, U2, U3> {
    LearnAction3(Register<T, H> reg);
    U1 execute(in H index, out U2 rv2, out U3 rv3);
    @synchronous(execute)
    abstract void apply(inout T value, in D digest, in bool learn,
                        out U1 rv1, out U2 rv2, out U3 rv3);
    __T2NA_GENERIC_RESULTS
    __T2NA_EXTREMES
}

extern LearnAction4<T, H, D, U1, U2, U3, U4> {
    LearnAction4(Register<T, H> reg);
    U1 execute(in H index, out U2 rv2, out U3 rv3, out U4 rv4);
    @synchronous(execute)
    abstract void apply(inout T value, in D digest, in bool learn,
                        out U1 rv1, out U2 rv2, out U3 rv3, out U4 rv4);
    __T2NA_GENERIC_RESULTS
    __T2NA_EXTREMES
}

// ---- The smallest or largest part of a cell of 128 bits ----

extern MinMaxAction<T, H, U> {
    MinMaxAction(Register<T, _> reg);
    U execute(@optional in H index, @optional out U rv2,
              @optional out U rv3, @optional out U rv4);
    @synchronous(execute)
    abstract void apply(inout bit<128> value, @optional out U rv1, @optional out U rv2,
                        @optional out U rv3, @optional out U rv4);
    __T2NA_RESULTS
    __T2NA_WIDE_EXTREMES(int<8>)
}

extern MinMaxAction2<T, H, U1, U2> {
    MinMaxAction2(Register<T, _> reg);
    U1 execute(@optional in H index, out U2 rv2);
    @synchronous(execute)
    abstract void apply(inout bit<128> value, out U1 rv1, out U2 rv2);
    __T2NA_GENERIC_RESULTS
    __T2NA_WIDE_EXTREMES(int<9>)
}

extern MinMaxAction3<T, H, U1, U2, U3> {
    MinMaxAction3(Register<T, _> reg);
    U1 execute(@optional in H index, out U2 rv2, out U3 rv3);
    @synchronous(execute)
    abstract void apply(inout bit<128> value, out U1 rv1, out U2 rv2, out U3 rv3);
    __T2NA_GENERIC_RESULTS
    __T2NA_WIDE_EXTREMES(int<9>)
}

extern MinMaxAction4<T, H, U1, U2, U3, U4> {
    MinMaxAction4(Register<T, _> reg);
    U1 execute(@optional in H index, out U2 rv2, out U3 rv3, out U4 rv4);
    @synchronous(execute)
    abstract void apply(inout bit<128> value, out U1 rv1, out U2 rv2, out U3 rv3, out U4 rv4);
    __T2NA_GENERIC_RESULTS
    __T2NA_WIDE_EXTREMES(int<9>)
}

#undef __T2NA_RESULTS
#undef __T2NA_GENERIC_RESULTS
#undef __T2NA_EXTREMES
#undef __T2NA_WIDE_EXTREMES

#endif
