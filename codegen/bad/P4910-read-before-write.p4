control c(inout bit<8> x) {
    bit<8> y;
    apply {
        if (x == 0) { y = 1; }
        x = y;
    }
}
