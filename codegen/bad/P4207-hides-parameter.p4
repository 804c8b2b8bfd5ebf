control Ingress(inout bit<16> port) {
    bit<16> port = 1;
    apply { port = 2; }
}
