const bit<(-2)> x = 1;
