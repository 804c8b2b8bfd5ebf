#define ADD(left, right) ((left) + (right))
const bit<8> sum = ADD(1);
