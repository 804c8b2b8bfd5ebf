control c(in bit<8> a, in bit<16> b, out bit<16> sum) {
    apply { sum = a + b; }
}
