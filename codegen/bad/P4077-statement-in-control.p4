control c(inout bit<8> x) {
    if (x == 0) { x = 1; }
    apply { }
}
