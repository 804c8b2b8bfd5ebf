#if (1 + ) > 2
const bit<8> LEVEL = 1;
#endif
