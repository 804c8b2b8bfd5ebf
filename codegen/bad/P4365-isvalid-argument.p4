header h_t { bit<8> x; }
control c(in h_t h, out bool b) {
    apply { b = h.isValid(1); }
}
