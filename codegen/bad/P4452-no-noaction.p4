control c(inout bit<8> x) {
    action set() { x = 1; }
    table t { actions = { set; } }
    apply { t.apply(); }
}
