#include <core.p4>
control c(inout bit<8> x) {
    table t {
        key = { x : exact; }
        actions = { NoAction; }
        entries = { priority = 10 : 1 : NoAction(); }
    }
    apply { t.apply(); }
}
