extern Policy { Policy(); abstract bit<8> choose(in bit<8> x); }
Policy() policy = {
    bit<8> choose(in bit<16> x) { return 1; }
};
