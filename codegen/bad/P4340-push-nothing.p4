header h_t { bit<8> x; }
control c(inout h_t[4] stack) {
    apply { stack.push_front(0); }
}
