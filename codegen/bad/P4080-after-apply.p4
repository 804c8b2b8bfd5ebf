control c(inout bit<8> x) {
    apply { x = 1; }
    action set() { x = 2; }
}
