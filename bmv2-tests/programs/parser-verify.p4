// verify ends parsing with the error it is given (section 13.7).
#include "common/head.p4"

error { BadVersion }
header version_t { bit<4> version; bit<4> length; bit<8> seen; }
header body_t { bit<8> value; }
struct headers_t { version_t version; body_t body; }
struct metadata_t { }

PARSER {
    state start {
        packet.extract(headers.version);
        verify(headers.version.version == 4, error.BadVersion);
        packet.extract(headers.body);
        transition accept;
    }
}

INGRESS {
    apply {
        headers.version.seen = 0;
        if (standard.parser_error == error.BadVersion) headers.version.seen[0:0] = 1;
        if (headers.body.isValid()) headers.version.seen[1:1] = 1;
        standard.egress_spec = 1;
    }
}

#include "common/tail.p4"
