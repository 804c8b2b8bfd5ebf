struct s_t { error problem; }
