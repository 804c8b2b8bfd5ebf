const tuple<bit<8>, bool> pair = { 1, true };
const bit<8> third = pair[2];
