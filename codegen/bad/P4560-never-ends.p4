parser p(in bit<8> x) {
    state start { transition again; }
    state again { transition start; }
}
