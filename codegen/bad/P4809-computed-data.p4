#include "bmv2-frame.p4"

control Checksums(inout headers_t headers, inout metadata_t metadata) {
    apply {
        verify_checksum(headers.first.isValid(), { headers.first.value + 1, 8w0 }, headers.first.value,
                        HashAlgorithm.csum16);
    }
}

V1Switch(Parse(), Checksums(), Nothing(), Nothing(), NoChecksums(), Emit()) main;
