header ethernet_t {
    bit<48> destination;
    bit<48> source;
    bit<16> source;
}
