action set(inout bit<8> x) { x = 1; }
void run(inout bit<8> x) { set(x); }
