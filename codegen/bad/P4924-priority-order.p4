#include <core.p4>
control c(in bit<8> x) {
    table t {
        key = { x : ternary; }
        actions = { NoAction; }
        largest_priority_wins = false;
        entries = {
            priority = 9 : 1 : NoAction();
            priority = 3 : 2 : NoAction();
        }
    }
    apply { t.apply(); }
}
