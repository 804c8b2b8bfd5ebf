header h_t { bit<8> x; }
parser p(in h_t h) {
    state start {
        transition select(h) {
            default: accept;
        }
    }
}
