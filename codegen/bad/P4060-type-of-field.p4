header h_t {
    bit<8> first;
    8 second;
    bit<8> third;
}
