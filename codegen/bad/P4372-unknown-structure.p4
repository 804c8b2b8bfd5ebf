extern void learn<T>(in T data);
control c(in bit<8> x) {
    apply { learn({ first = x, second = x }); }
}
