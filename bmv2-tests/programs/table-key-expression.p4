// Keys that are expressions, slices and validity.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; bit<8> c; bit<8> d; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    action set(bit<8> value) { headers.x.d = value; }

    table t {
        key = {
            headers.x.a + headers.x.b : exact @name("sum");
            headers.x.b[3:0] : exact @name("low");
            headers.x.isValid() : exact @name("valid");
        }
        actions = { set; }
        default_action = set(0xff);
    }

    apply {
        t.apply();
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
