struct address_t { bit<32> network; bit<32> host; bit<8> length; }
const address_t a = { 1, 2 };
