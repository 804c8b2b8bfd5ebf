struct s { _ field; }
