#include <core.p4>
control c(inout bit<8> x) {
    action set() { x = 1; }
    table t {
        key { x : exact; }
        actions = { set; }
        default_action = set;
    }
    apply { t.apply(); }
}
