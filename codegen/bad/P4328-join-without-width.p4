control c(in bit<8> x, out bit<16> y) {
    apply { y = x ++ 1; }
}
