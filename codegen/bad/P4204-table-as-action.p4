#include <core.p4>
control Ingress(inout bit<8> x) {
    action set() { x = 1; }
    table first { actions = { set; } }
    table second { actions = { first; } }
    apply { second.apply(); }
}
