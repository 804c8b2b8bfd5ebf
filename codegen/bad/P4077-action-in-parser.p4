parser p(in bit<8> x) {
    action set() { }
    state start { transition accept; }
}
