parser p(in bit<8> x) {
    state start {
        transition select(x) {
            0 &&& 0xf0: accept;
            3: reject;
            16..31: accept;
            20..30: reject;
            default: accept;
        }
    }
}
