// How much each table and register holds. One place, so that a target can be budgeted from it.
#ifndef MOOR_SIZES
#define MOOR_SIZES

const int PORTS_SIZE = 512;
const int LOCAL_ADDRESSES_SIZE = 1024;
const int SERVICES_SIZE = 4096;
const int SERVERS_SIZE = 16384;
const int ROUTES_SIZE = 65536;
const int NEIGHBORS_SIZE = 16384;
const int BINDINGS_SIZE = 131072;
const int FLOWS_SIZE = 2097152;
const int ANNOUNCED_FLOWS_SIZE = 16384;
const int ADMISSION_SIZE = 8192;
const int SELECTION_SIZE = SERVICES_SIZE;
const int SELECTION_MEMBERS = 16384;
// The annotation of a group's size takes a number, and no constant.
#define SELECTION_GROUP_SIZE 1024
const int SIGNALLING_TAPS_SIZE = 1024;
const int SIGNALLING_SESSIONS_SIZE = 65536;

// Slots of the caches that remember new flows, and the first fragments of packets, until the controller does.
const int LEARNING_SLOTS = 262144;
const int FRAGMENT_SLOTS = 4096;

#endif
