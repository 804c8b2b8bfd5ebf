const int x = -10 / 2;
