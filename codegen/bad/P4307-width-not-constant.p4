control c(in bit<8> width) {
    apply {
        bit<(width)> x = 0;
    }
}
