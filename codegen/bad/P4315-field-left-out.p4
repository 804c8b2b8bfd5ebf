struct address_t { bit<32> network; bit<32> host; }
const address_t a = { network = 1 };
