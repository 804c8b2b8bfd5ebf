const bit<> x = 1;
