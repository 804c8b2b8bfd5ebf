control c(in bit<8> x) {
    const bit<8> TWICE = x + x;
    apply { }
}
