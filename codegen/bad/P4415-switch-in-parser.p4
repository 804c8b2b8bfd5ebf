parser p(inout bit<8> x) {
    state start {
        switch (x) {
            1: { x = 2; }
        }
        transition accept;
    }
}
