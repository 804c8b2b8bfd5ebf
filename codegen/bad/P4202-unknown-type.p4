struct metadata_t {
    bit<16> port;
}
control Ingress(inout metdata_t meta) {
    apply { }
}
