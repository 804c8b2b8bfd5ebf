#include <core.p4>
control c(in bit<8> x) {
    table t {
        key = { x : ternary; }
        actions = { NoAction; }
        const entries = {
            priority = 3 : 1 : NoAction();
        }
    }
    apply { t.apply(); }
}
