#include <core.p4>
const bit<8> PORTS = 64;
const bool enough = static_assert(PORTS >= 128, "at least 128 ports are needed");
