control c(in bit<8> x, out bool y) {
    apply { y = (bool) x; }
}
