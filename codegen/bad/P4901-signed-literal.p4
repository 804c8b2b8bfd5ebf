const int<2> x = 2s3;
const int<8> bits_shown = 8s0b1010_1010;
const int<8> least = -8s128;
