header h_t {
    bit<8> first
    bit<8> second;
}
