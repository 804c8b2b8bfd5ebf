parser p(in bit<8> x) {
    bit<8> y;
    state start {
        transition accept;
        y = 1;
    }
}
