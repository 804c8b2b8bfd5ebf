#include <core.p4>
control c(in bit<8> x) {
    table t {
        key = { x : exact; }
        actions = { NoAction; }
        size = -1;
    }
    apply { t.apply(); }
}
