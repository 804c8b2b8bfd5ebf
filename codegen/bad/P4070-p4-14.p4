header_type ethernet_t {
    fields { dstAddr : 48; }
}
