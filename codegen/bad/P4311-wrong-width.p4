control c(in bit<8> small, out bit<16> large) {
    apply { large = small; }
}
