extern void random(out bit<8> x);
control c(in bit<8> seed) {
    apply { random(seed); }
}
