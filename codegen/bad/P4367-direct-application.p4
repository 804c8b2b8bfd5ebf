control inner(inout bit<8> x)(bit<8> step) { apply { x = x + step; } }
control outer(inout bit<8> x) {
    apply { inner.apply(x); }
}
