bit<8> one() {
    return 1;
    return 2;
}
