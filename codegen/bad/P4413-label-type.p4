enum Color { Red, Green }
control c(in Color color, inout bit<8> x) {
    apply {
        switch (color) {
            Color.Red: { x = 1; }
            2: { x = 2; }
        }
    }
}
