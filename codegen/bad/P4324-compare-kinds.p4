enum Color { Red, Green }
control c(in Color color, out bool red) {
    apply { red = color == 0; }
}
