const bit<8> x = 8W1;
