// PSA as DPDK's SWX pipeline has it: counters and meters that take the packet's length from the program.
#define __PSA_DPDK__
#include "../psa.p4"
