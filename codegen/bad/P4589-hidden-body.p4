#include <core.p4>
control c() {
    @hidden(true) table t { actions = { NoAction; } }
    apply { t.apply(); }
}
