control c(in bit<1> flag, out bool set) {
    apply { set = flag == true; }
}
