#include <core.p4>
control c(inout bit<8> x) {
    table t {
        key = { x : ternary; }
        actions = { NoAction; }
        priority_delta = 10;
        entries = {
            priority = 5 : 1 : NoAction();
            2 : NoAction();
        }
    }
    apply { t.apply(); }
}
