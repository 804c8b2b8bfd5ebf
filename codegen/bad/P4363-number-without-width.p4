extern void put<T>(in T value);
control c() {
    apply { put(5); }
}
