control c(inout bit<8> x) {
    action set() { x = 1; }
    action clear() { x = 0; }
    table t {
        actions = { set; }
        default_action = clear;
    }
    apply { t.apply(); }
}
