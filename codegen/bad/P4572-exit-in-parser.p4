parser p(in bit<8> x) {
    state start {
        exit;
        transition accept;
    }
}
