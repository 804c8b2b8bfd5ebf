parser p(in bit<8> x) {
    state start {
        transition select(x) {
            9 .. 5: accept;
            default: reject;
        }
    }
}
