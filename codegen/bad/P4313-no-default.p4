extern Counter { Counter(); }
control c(in bit<8> x) {
    apply {
        bool same = (x == 1) && ...;
        match_kind k = ...;
    }
}
