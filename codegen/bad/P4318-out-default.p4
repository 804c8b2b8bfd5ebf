extern void get(out bit<8> x = 1);
