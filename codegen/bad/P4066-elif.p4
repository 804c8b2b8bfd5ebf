control c(inout bit<8> x) {
    apply {
        if (x == 0) { x = 1; }
        elif (x == 1) { x = 2; }
    }
}
