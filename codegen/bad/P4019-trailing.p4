#ifdef DEBUG extra
#endif
const bit<8> LEVEL = 1;
