struct point_t { bit<8> x; bit<8> y; }
const point_t P = { x = 1, y = 2, x = 3 };
