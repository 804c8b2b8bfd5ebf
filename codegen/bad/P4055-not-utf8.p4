const bit<8> LIMÿşIT = 1;
