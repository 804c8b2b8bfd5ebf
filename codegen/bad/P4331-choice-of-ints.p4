control c(in bool b, out bit<8> x) {
    apply { x = (bit<8>) (b ? 1 : 2); }
}
