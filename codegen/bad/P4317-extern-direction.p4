extern Counter { Counter(); void count(); }
control c(inout Counter counter) { apply { } }
