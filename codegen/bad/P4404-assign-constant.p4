const bit<8> LIMIT = 1;
control c() {
    apply { LIMIT = 2; }
}
