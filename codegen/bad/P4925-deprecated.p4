@deprecated("use put_next instead")
extern void put(in bit<8> x);
control c(in bit<8> x) {
    apply { put(x); }
}
