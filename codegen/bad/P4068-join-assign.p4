control c(inout bit<8> a, in bit<8> b) {
    apply { a ++= b; }
}
