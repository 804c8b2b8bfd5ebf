#include <core.p4>
control c(inout bit<8> x) {
    table t {
        key = { x : lpm; }
        actions = { NoAction; }
        const entries = { 0x10 &&& 0xF1 : NoAction(); }
    }
    apply { t.apply(); }
}
