extern void log(in bit<8> level);
extern void log(in bit<16> code);
control c() {
    apply { log(1); }
}
