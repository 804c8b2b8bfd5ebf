control c()(in bit<8> size) { apply { } }
