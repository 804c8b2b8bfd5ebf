struct box<T> { T content; }
control c() { apply { } }
struct s_t { box<c> field; }
