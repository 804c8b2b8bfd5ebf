const bit<8> LIMIT;
