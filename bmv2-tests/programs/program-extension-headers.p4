// The chain of IPv6 extension headers on a stack of 8-byte chunks, with one header taken out.
#include "common/head.p4"

header next_t { bit<8> next; }
header chunk_t { bit<8> next; bit<8> length; bit<48> data; }
struct headers_t { next_t first; chunk_t[4] chunks; }
struct metadata_t { bit<8> count; }

PARSER {
    state start {
        packet.extract(headers.first);
        transition select(headers.first.next) {
            0: chunk;
            60: chunk;
            default: accept;
        }
    }
    state chunk {
        packet.extract(headers.chunks.next);
        metadata.count = metadata.count + 1;
        transition select(headers.chunks.last.next) {
            0: chunk;
            60: chunk;
            default: accept;
        }
    }
}

INGRESS {
    apply {
        if (headers.first.next == 60 && headers.chunks[0].data == 0x010400000000) {
            headers.first.next = headers.chunks[0].next;
            headers.chunks.pop_front(1);
        }
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
