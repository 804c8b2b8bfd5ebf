#include <core.p4>
control c() {
    @name("table") @hidden table t { actions = { NoAction; } }
    apply { t.apply(); }
}
