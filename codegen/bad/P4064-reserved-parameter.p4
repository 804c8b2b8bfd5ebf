control c(inout bit<8> header) {
    apply { }
}
