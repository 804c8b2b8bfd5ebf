control c(inout bit<8> x) {
    c() again;
    apply { again.apply(x); }
}
