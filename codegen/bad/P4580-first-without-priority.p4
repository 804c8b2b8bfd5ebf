#include <core.p4>
control c(inout bit<8> x) {
    table t {
        key = { x : ternary; }
        actions = { NoAction; }
        entries = {
            1 : NoAction();
            priority = 10 : 2 : NoAction();
        }
    }
    apply { t.apply(); }
}
