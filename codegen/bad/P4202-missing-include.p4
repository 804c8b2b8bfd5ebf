parser Parser(packet_in packet, out bit<8> first) {
    state start { transition accept; }
}
