/** In place of v1model's: whole tuples first, and the hash that `flows` keeps in place of them. */
control FlowCollisions(inout headers_t headers, inout metadata_t metadata) {
    action set_server(bit<16> server) {
        metadata.session.server = server;
        metadata.session.is_known = true;
    }
    @id(16) @name(".flow_collisions")
    table flow_collisions {
        key = {
            metadata.facts.source : exact @name("source");
            metadata.facts.destination : exact @name("destination");
            metadata.facts.source_port : exact @name("source_port");
            metadata.facts.destination_port : exact @name("destination_port");
            metadata.facts.protocol : exact @name("protocol");
        }
        actions = { set_server; NoAction; }
        const default_action = NoAction();
        size = 4096;
        IDLE_TIMEOUT
    }
    apply {
        flow_collisions.apply();
        hash(metadata.flow_hash, HashAlgorithm.crc32, 8w0,
             { metadata.facts.source, metadata.facts.destination, metadata.facts.source_port,
               metadata.facts.destination_port, metadata.facts.protocol },
             32w256);
    }
}
