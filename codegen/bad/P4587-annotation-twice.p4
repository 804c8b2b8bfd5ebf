@size[1]
@size[2]
const bit<8> LIMIT = 1;
