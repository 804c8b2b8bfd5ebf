control c(inout bool a, in bool b) {
    apply { a &&= b; }
}
