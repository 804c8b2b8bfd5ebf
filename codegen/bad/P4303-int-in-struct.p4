struct limits_t { int greatest; }
