extern void log(in bit<8> level, in bit<8> code);
control c() {
    apply { log(1); }
}
