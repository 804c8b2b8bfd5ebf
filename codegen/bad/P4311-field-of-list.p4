struct pair_t { bit<8> number; bool flag; }
const pair_t p = { 1, 2 };
