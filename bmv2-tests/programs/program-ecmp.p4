// Equal paths by a hash of the addresses: the same flow takes the same path.
#include "common/head.p4"

header flow_t { bit<32> source; bit<32> destination; }
header path_t { bit<16> path; }
struct headers_t { flow_t flow; path_t path; }
struct metadata_t { bit<16> path; }

PARSER {
    state start {
        packet.extract(headers.flow);
        packet.extract(headers.path);
        transition accept;
    }
}

INGRESS {
    action choose(bit<16> first, bit<16> count) {
        hash(metadata.path, HashAlgorithm.xor16, first, { headers.flow.source, headers.flow.destination }, count);
    }
    action send(bit<9> port) { standard.egress_spec = port; }
    table groups {
        key = { headers.flow.destination : lpm; }
        actions = { choose; NoAction; }
        default_action = NoAction();
    }
    table paths {
        key = { metadata.path : exact; }
        actions = { send; NoAction; }
        default_action = NoAction();
    }
    apply {
        groups.apply();
        paths.apply();
        headers.path.path = metadata.path;
    }
}

#include "common/tail.p4"
