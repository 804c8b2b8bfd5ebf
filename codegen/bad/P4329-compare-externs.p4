extern E { E(); }
control c(out bool same) {
    E() one;
    E() two;
    apply { same = one == two; }
}
