struct s_t { bit<8> x; }
type s_t Wrapped;
