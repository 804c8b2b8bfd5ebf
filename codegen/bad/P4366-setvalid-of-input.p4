header h_t { bit<8> x; }
control c(in h_t h) {
    apply { h.setValid(); }
}
