#define JOIN(left, right) left ## right
const bit<8> x = JOIN(1, +);
