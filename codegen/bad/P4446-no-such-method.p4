extern Policy { Policy(); abstract bit<8> choose(in bit<8> x); }
Policy() policy = {
    bit<8> chose(in bit<8> x) { return x; }
    bit<8> choose(in bit<8> x) { return x; }
};
