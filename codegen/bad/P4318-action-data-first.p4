control c(inout bit<8> x) {
    action set(bit<8> value, inout bit<8> target) { target = value; }
    apply { }
}
