control c(in bit<8> a, in bit<8> b, out bool r) {
    apply { r = a && b; }
}
