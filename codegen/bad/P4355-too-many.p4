extern void log(in bit<8> level);
control c() {
    apply { log(1, 2); }
}
