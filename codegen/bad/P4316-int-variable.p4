control c() {
    apply { int total = 0; }
}
