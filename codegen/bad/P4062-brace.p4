control c(inout bit<8> x) {
    apply {
        x = 1;
    }

struct s_t { bit<8> x; }
