#include <core.p4>
control c(inout bit<8> x) {
    table t {
        key = { x : ternary; }
        actions = { NoAction; }
        const entries = {
            0x10 &&& 0xF0 : NoAction();
            0x12 : NoAction();
        }
    }
    apply { t.apply(); }
}
