parser p(in bit<8> x) {
    state start {
        return;
        transition accept;
    }
}
