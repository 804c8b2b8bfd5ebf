control c(in bit<8> x, out bit<8> y) {
    apply {
        if (x == 0) { y = 1; }
    }
}
