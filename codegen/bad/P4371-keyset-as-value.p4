control c(out bit<8> x) {
    apply { x = (1, 2); }
}
