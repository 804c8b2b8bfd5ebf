#define TWICE(x) ((x) +)
const bit<8> y = TWICE(4);
