#warning this file is about to be replaced
const bit<8> LEVEL = 1;
