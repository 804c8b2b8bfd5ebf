enum bit<8> Kind { Request = 1, Reply = 2 }
control c(out Kind kind) {
    apply { kind = 8w1; }
}
