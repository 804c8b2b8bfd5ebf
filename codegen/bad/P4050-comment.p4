const bit<8> LEVEL = 1; /* the rest
