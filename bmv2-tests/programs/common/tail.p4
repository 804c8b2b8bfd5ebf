// What the programs of this folder end with: the blocks that a program has not written itself (it says so with
// HAS_EGRESS and so on), and main.
#ifndef HAS_EGRESS
EGRESS { apply { } }
#endif
#ifndef HAS_VERIFY
VERIFY { apply { } }
#endif
#ifndef HAS_COMPUTE
COMPUTE { apply { } }
#endif
#ifndef HAS_DEPARSER
DEPARSER { apply { packet.emit(headers); } }
#endif

V1Switch(Parse(), Verify(), ingress(), egress(), Compute(), Deparse()) main;
