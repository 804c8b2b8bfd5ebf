bit<8> counter = 0;
