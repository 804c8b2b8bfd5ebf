extern Counter { void Counter(bit<32> size); }
