action forward(in bit<9> port, bit<9> port) { }
