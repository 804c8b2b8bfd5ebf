header_union one_of<T> { T first; }
struct s_t { one_of<bit<8>> field; }
