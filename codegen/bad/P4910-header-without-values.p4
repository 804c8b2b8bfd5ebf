header h_t { bit<8> x; }
control c(inout bit<8> x) {
    h_t h;
    apply { x = h.x; }
}
