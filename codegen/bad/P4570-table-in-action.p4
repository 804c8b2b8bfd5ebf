#include <core.p4>
control c(inout bit<8> x) {
    action set() { x = 1; }
    table t { actions = { set; } }
    action run() { t.apply(); }
    apply { run(); }
}
