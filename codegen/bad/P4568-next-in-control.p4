header h_t { bit<8> x; }
control c(inout h_t[4] stack) {
    apply { stack.next.x = 1; }
}
