control Ingress(inout bit<16> counter) {
    apply {
        countr = counter + 1;
    }
}
