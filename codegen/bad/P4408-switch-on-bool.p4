control c(in bool flag, inout bit<8> x) {
    apply {
        switch (flag) {
            true: { x = 1; }
        }
    }
}
