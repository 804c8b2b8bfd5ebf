const bool WIDE = true;
const bit<(WIDE)> x = 1;
