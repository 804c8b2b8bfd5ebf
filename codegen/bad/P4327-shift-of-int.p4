control c(in bit<8> n, out bit<8> x) {
    apply { x = 1 << n; }
}
