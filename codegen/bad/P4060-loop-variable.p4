control c(inout bit<8> sum) {
    bit<8> i;
    apply { for (i in 1 .. 3) { sum = sum + i; } }
}
