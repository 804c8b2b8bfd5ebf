#include <core.p4>
control c(inout bit<8> x) {
    table t { actions = { NoAction; } }
    apply { x = (bit<8>) t.apply().action_run; }
}
