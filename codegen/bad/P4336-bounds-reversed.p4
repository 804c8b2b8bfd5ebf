control c(in bit<8> x, out bit<4> y) {
    apply { y = x[0:3]; }
}
