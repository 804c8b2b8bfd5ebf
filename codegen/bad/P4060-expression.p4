const bit<8> x = ;
