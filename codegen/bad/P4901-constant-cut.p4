control c(out bit<8> x) {
    apply { x = 256; }
}
