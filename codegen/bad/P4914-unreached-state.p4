parser p(in bit<8> x) {
    state start { transition accept; }
    state other { transition accept; }
}
