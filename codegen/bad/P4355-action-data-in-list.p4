#include <core.p4>
control c(inout bit<9> port) {
    action forward(bit<9> to) { port = to; }
    table t { actions = { forward(1); } }
    apply { t.apply(); }
}
