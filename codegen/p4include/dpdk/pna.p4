// PNA as DPDK's SWX pipeline has it: more hashes, packet lengths from the program, and IPsec.
#define __PNA_DPDK__
#include "../pna.p4"
