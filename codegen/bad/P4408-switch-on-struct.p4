struct s_t { bit<8> x; }
control c(in s_t s) {
    apply {
        switch (s) {
            default: { }
        }
    }
}
