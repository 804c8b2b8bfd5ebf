control c(in bool b, in bit<8> small, in bit<16> large, out bit<16> x) {
    apply { x = b ? large : small; }
}
