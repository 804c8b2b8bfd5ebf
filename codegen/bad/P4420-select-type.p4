parser p(in bit<16> kind) {
    state start {
        transition select(kind) {
            8w1: accept;
            default: reject;
        }
    }
}
