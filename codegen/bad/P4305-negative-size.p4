header h_t { bit<8> x; }
struct headers_t { h_t[-1] stack; }
