parser Parser(in bit<8> kind) {
    state start {
        transition select(kind) {
            1: parse_ipv4;
            default: accept;
        }
    }
    state parse_ip { transition accept; }
}
