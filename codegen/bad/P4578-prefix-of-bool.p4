#include <core.p4>
control c(inout bool x) {
    table t {
        key = { x : lpm; }
        actions = { NoAction; }
    }
    apply { t.apply(); }
}
