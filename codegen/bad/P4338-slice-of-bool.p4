control c(in bool x, out bit<1> y) {
    apply { y = x[0:0]; }
}
