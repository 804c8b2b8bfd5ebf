control c(inout bit<8> x, in bit<8> n) {
    apply { x = x / n; }
}
