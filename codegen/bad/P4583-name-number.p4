@name(4)
const bit<8> LIMIT = 1;
