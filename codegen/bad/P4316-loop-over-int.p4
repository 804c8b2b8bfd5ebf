control c(inout bit<8> sum) {
    apply { for (int i in 1 .. 3) { sum = sum + 1; } }
}
