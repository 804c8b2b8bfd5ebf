#include <core.p4>
control c(in bit<8> x) {
    table t {
        key = { x : lpm; }
        actions = { NoAction; }
        const entries = {
            1 .. 3 : NoAction();
        }
    }
    apply { t.apply(); }
}
