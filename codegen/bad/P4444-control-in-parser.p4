control c() { apply { } }
parser p(in bit<8> x) {
    c() instance;
    state start { transition accept; }
}
