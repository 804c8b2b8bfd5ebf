extern Counter { Conter(bit<32> size); }
