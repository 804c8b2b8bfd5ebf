extern void log(string prefix, bit<8> level);
control c(in bit<8> level) {
    apply { log("x", level); }
}
