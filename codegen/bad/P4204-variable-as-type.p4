const bit<8> SIZE = 4;
struct s_t { SIZE field; }
