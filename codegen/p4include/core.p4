// The P4-16 core library: what every program starts from (specification, appendix "P4 core library").

#ifndef _CORE_P4_
#define _CORE_P4_

// Errors that the language itself can raise; programs and architectures add their own.
error {
    NoError,               // nothing went wrong
    PacketTooShort,        // extract, lookahead or advance ran past the last bit
    NoMatch,               // no case of a select fits
    StackOutOfBounds,      // header stack index outside the stack
    HeaderTooShort,        // a varbit field cannot hold that many bits
    ParserTimeout,         // the target's time limit for parsing was hit
    ParserInvalidArgument  // a parser operation got a value the target does not support
}

// The packet as a parser reads it, front to back.
extern packet_in {
    // Fills a header of fixed size and moves past it.
    void extract<T>(out T hdr);
    // Fills a header with one varbit field; the second argument is that field's size in bits.
    void extract<T>(out T variableSizeHeader,
                    in bit<32> variableFieldSizeInBits);
    // Reads without moving.
    T lookahead<T>();
    // Skips bits.
    void advance(in bit<32> sizeInBits);
    // Bytes in the whole packet; not every target knows this.
    bit<32> length();
}

// The packet as a deparser writes it.
extern packet_out {
    // Appends a header, or every valid header of a stack, union or struct; invalid ones are skipped.
    void emit<T>(in T hdr);
}

// In a parser: goes to reject with the given error when the check is false.
extern void verify(in bool check, in error toSignal);

// Leaves the packet alone; also the default action of a table that names none.
@noWarn("unused")
action NoAction() {}

// How a table key is compared; architectures add kinds.
match_kind {
    exact,    // all bits equal
    ternary,  // equal under a mask; priority decides
    lpm       // longest prefix wins
}

// Stops the compilation unless the check, known at compile time, is true.
// The result lets it initialise a constant at the top level.
extern bool static_assert(bool check, string message);
extern bool static_assert(bool check);

#endif
