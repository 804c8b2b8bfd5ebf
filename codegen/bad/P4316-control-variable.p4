control inner() { apply { } }
control outer() {
    inner block;
    apply { block.apply(); }
}
