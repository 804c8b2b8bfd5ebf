#include <core.p4>
control c(inout bit<8> x) {
    action set() { x = 1; }
    action clear() { x = 0; }
    table t { actions = { set; } }
    apply {
        switch (t.apply().action_run) {
            clear: { x = 2; }
        }
    }
}
