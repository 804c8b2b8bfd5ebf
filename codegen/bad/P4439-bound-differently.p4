control c(inout bit<8> x, inout bit<8> y) {
    action add(inout bit<8> target, bit<8> n) { target = target + n; }
    table t {
        actions = { add(x); }
        default_action = add(y, 1);
    }
    apply { t.apply(); }
}
