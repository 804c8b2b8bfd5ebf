// A packet filter for Linux: p4c's eBPF back end, filter model.

#ifndef _EBPF_MODEL_P4_
#define _EBPF_MODEL_P4_

#include "core.p4"

// Counters that user space can read; sparse ones are kept in a hash table instead of an array.
extern CounterArray {
    CounterArray(bit<32> max_index, bool sparse);
    void increment(in bit<32> index);
    void add(in bit<32> index, in bit<32> value);
}

// The 'implementation' of a table: which kind of kernel map holds its entries, and how many.
extern array_table {
    array_table(bit<32> size);
}
extern hash_table {
    hash_table(bit<32> size);
}

parser parse<H>(packet_in packet, out H headers);
// The packet goes on when accept is true, and is dropped otherwise.
control filter<H>(inout H headers, out bool accept);

package ebpfFilter<H>(parse<H> prs,
                      filter<H> filt);

#endif
