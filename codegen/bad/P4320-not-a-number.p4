control c(in bit<8> n, out bool b) {
    apply { b = !n; }
}
