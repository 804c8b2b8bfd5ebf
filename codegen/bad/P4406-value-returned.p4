control c(inout bit<8> x) {
    action set() { return 1; }
    apply { set(); }
}
