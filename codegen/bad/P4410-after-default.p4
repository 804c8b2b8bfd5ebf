control c(inout bit<8> x) {
    apply {
        switch (x) {
            default: { x = 2; }
            1: { x = 3; }
        }
    }
}
