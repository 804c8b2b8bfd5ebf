struct s_t { bit<8> x; }
control c() {
    s_t() s;
    apply { }
}
