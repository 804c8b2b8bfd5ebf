control c(in bit<8> a, in int<8> b, out bit<8> sum) {
    apply { sum = a + b; }
}
