control c(inout bit<8> x) {
    bit<8> y;
    action set() { x = 1; }
    apply { x = 2; }
}
