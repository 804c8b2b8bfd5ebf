const bit<8> all_ones = -1;
const bit<16> other = (bit<16>) -5;
