control c(in bit<8> x, out int<16> y) {
    apply { y = (int<16>) x; }
}
