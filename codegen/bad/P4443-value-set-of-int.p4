parser p(in bit<8> x) {
    value_set<string>(4) names;
    state start { transition accept; }
}
