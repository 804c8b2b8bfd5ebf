@size[{ 1, 2 }]
const bit<8> LIMIT = 1;
