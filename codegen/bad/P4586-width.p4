@limits[size = 8w3]
const bit<8> x = 1;
