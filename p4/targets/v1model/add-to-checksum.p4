//   transport checksum HC' = ~(~HC + change), in ones' complement (RFC 1624, equation 3)
/** The sum of two ones' complement numbers. */
bit<16> add_ones_complement(in bit<16> left, in bit<16> right) {
    bit<17> sum = (bit<17>)left + (bit<17>)right;
    return sum[15:0] + (bit<16>)sum[16:16];
}

control AddToChecksum(inout headers_t headers, inout metadata_t metadata) {
    apply {
        if (headers.tcp.isValid()) {
            headers.tcp.checksum = ~add_ones_complement(~headers.tcp.checksum, metadata.session.checksum_change);
        } else if (headers.udp.isValid() && headers.udp.checksum != 0) {
            // No checksum stays none, and one that comes out as none is sent as ffff (RFC 768).
            headers.udp.checksum = ~add_ones_complement(~headers.udp.checksum, metadata.session.checksum_change);
            if (headers.udp.checksum == 0) { headers.udp.checksum = 0xffff; }
        }
    }
}
