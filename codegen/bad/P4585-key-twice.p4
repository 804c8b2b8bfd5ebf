@size[width = 1, width = 2]
const bit<8> LIMIT = 1;
