extern T get<T>();
control c(out bit<8> x) {
    apply { x = get(); }
}
