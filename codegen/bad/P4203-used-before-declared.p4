control Ingress(inout header_t hdr) {
    apply { }
}
struct header_t { bit<8> kind; }
