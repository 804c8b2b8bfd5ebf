parser p(in bit<16> kind, in bit<8> flags) {
    state start {
        transition select(kind, flags) {
            (1, 2, 3): accept;
            default: reject;
        }
    }
}
