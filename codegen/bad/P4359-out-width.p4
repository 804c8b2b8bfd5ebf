extern void random(out bit<8> x);
control c() {
    apply {
        bit<16> x;
        random(x);
    }
}
