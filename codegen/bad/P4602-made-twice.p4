#include <core.p4>
control inner() {
    table t { actions = { NoAction; } }
    apply { t.apply(); }
}
control c() {
    apply {
        inner.apply();
        inner.apply();
    }
}
control C();
package Top(C c);
Top(c()) main;
