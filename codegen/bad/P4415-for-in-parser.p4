parser p(inout bit<8> x) {
    state start {
        for (bit<8> i in 1 .. 3) { x = x + i; }
        transition accept;
    }
}
