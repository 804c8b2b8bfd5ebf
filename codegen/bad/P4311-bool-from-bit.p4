control c(in bit<1> flag, out bool known) {
    apply { known = flag; }
}
