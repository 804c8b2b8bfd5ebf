control c(inout bit<8> x) {
    bit<8> twice(in bit<8> n) { return n + n; }
    apply { x = 1; }
}
