control c(inout bit<8> x) {
    action set() { x = 1; }
    apply { set; }
}
