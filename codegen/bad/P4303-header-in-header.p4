header inner_t { bit<8> x; }
header outer_t {
    inner_t inner;
    bit<8> y;
}
