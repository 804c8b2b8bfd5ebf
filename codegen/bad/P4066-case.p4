control c(inout bit<8> x) {
    apply {
        switch (x) {
            case 1: { x = 2; }
        }
    }
}
