control Ingress(inout bit<16> port) {
    apply {
        bit<16> port = 1;
        port = 2;
    }
}
