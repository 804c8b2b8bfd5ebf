header ipv4_t {
    bit<8> ttl;
    bit<8> protocol;
}
control Ingress(inout ipv4_t ip) {
    apply { ip.tll = 64; }
}
