#include <core.p4>
control c(inout bit<8> x) {
    @name("table") table first { actions = { NoAction; } }
    @name("table") table second { actions = { NoAction; } }
    apply { first.apply(); second.apply(); }
}
control C(inout bit<8> x);
package Top(C c);
Top(c()) main;
