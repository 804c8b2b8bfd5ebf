// A case of action_run whose block does nothing is still a case: the default is for the other actions.
#include "common/head.p4"

header x_t { bit<8> a; bit<8> b; }
struct headers_t { x_t x; }
struct metadata_t { }

PARSE_ONE(x)

INGRESS {
    action one() { headers.x.b = 1; }
    action two() { headers.x.b = 2; }
    table t {
        key = { headers.x.a : exact; }
        actions = { one; two; NoAction; }
        default_action = NoAction();
        const entries = { 1 : one(); 2 : two(); }
    }

    apply {
        standard.egress_spec = 1;
        switch (t.apply().action_run) {
            one: {
                bit<8> unused = headers.x.a;
            }
            default: {
                headers.x.a = 0xff;
            }
        }
    }
}

#include "common/tail.p4"
