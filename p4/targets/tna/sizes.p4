// How much each table holds on Tofino. docs/design/tofino.md has the sums, made from here by bmv2-tests/budget.
#ifndef MOOR_SIZES
#define MOOR_SIZES

const int PORTS_SIZE = 512;
const int LOCAL_ADDRESSES_SIZE = 1024;
const int SERVICES_SIZE = 4096;
const int SERVERS_SIZE = 4096;
// What a session's entry has of its server's number: numbers are below 4096. p4c takes no named constant in a slice.
#define SERVER_BITS 12
const int ROUTES_SIZE = 8192;
const int NEIGHBORS_SIZE = 4096;
// Hashed and exact tables fill to 95 %: 2.1 million sessions in one pipe; 2.1 million on Tofino 1 and 4.2 million on Tofino 2
// where packets go through two pipes (folded/main.p4); each beside 100,000 bindings.
const int BINDINGS_SIZE = 106496;
#if __TARGET_TOFINO__ == 1
const int FLOWS_SIZE = 2228224;
#elif defined(MOOR_FOLDED)
const int FLOWS_SIZE = 4456448;
#else
const int FLOWS_SIZE = 2293760;
#endif
const int FLOW_COLLISIONS_SIZE = 4096;
// Three times 512 entries fit the ternary memory of one stage.
const int ANNOUNCED_FLOWS_SIZE = 1536;
const int ADMISSION_SIZE = 8192;
const int SELECTION_SIZE = 4096;
const int SELECTION_MEMBERS = 4096;
// The annotation of a group's size takes a number, and no constant.
#define SELECTION_GROUP_SIZE 120
const int SIGNALLING_TAPS_SIZE = 1024;
const int SIGNALLING_SESSIONS_SIZE = 4096;

const int LEARNING_SLOTS = 32768;
const int FRAGMENT_SLOTS = 4096;

#endif
