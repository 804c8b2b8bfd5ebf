// What the programs of this folder begin with: the libraries, and the heads of the blocks of v1model.
#include <core.p4>
#include <v1model.p4>

#define PARSER parser Parse(packet_in packet, out headers_t headers, inout metadata_t metadata, \
                            inout standard_metadata_t standard)
#define INGRESS control ingress(inout headers_t headers, inout metadata_t metadata, \
                                inout standard_metadata_t standard)
#define EGRESS control egress(inout headers_t headers, inout metadata_t metadata, \
                              inout standard_metadata_t standard)
#define VERIFY control Verify(inout headers_t headers, inout metadata_t metadata)
#define COMPUTE control Compute(inout headers_t headers, inout metadata_t metadata)
#define DEPARSER control Deparse(packet_out packet, in headers_t headers)

// A parser that reads one header and is done.
#define PARSE_ONE(header) PARSER { state start { packet.extract(headers.header); transition accept; } }
