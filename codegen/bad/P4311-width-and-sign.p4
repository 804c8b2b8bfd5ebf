control c(in bit<8> unsigned, out int<16> signed) {
    apply { signed = unsigned; }
}
