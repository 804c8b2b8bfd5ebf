// How much each table holds on Tofino. docs/design/tofino.md has the sums, bmv2-tests/pipeline/budget.test.ts holds them.
#ifndef MOOR_SIZES
#define MOOR_SIZES

const int PORTS_SIZE = 512;
const int LOCAL_ADDRESSES_SIZE = 1024;
const int SERVICES_SIZE = 4096;
const int SERVERS_SIZE = 4096;
const int ROUTES_SIZE = 8192;
const int NEIGHBORS_SIZE = 4096;
const int BINDINGS_SIZE = 102400;
#if __TARGET_TOFINO__ == 1
const int FLOWS_SIZE = 2097152;
#else
const int FLOWS_SIZE = 4194304;
#endif
const int FLOW_COLLISIONS_SIZE = 4096;
const int ANNOUNCED_FLOWS_SIZE = 4096;
const int ADMISSION_SIZE = 8192;
const int SELECTION_SIZE = 4096;
const int SELECTION_MEMBERS = 4096;
const int SELECTION_GROUP_SIZE = 120;
const int SIGNALLING_TAPS_SIZE = 1024;
const int SIGNALLING_SESSIONS_SIZE = 4096;

const int LEARNING_SLOTS = 65536;
const int FRAGMENT_SLOTS = 4096;

#endif
