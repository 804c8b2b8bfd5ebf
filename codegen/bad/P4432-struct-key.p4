#include <core.p4>
struct s_t { bit<8> x; }
control c(inout s_t s) {
    action set() { s.x = 1; }
    table t {
        key = { s : exact; }
        actions = { set; }
    }
    apply { t.apply(); }
}
