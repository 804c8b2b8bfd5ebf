struct s_t { bit<8> x; }
extern void log(in s_t s);
control c() {
    apply { log(s_t); }
}
