const int x = 1 << 1000000;
