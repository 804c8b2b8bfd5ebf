const bit<8> LEVEL = 1;
#else
const bit<8> LEVEL = 2;
#endif
