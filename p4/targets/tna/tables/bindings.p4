// Where mobile nodes are, and which virtual addresses they know.
control VirtualSources(inout headers_t headers, inout metadata_t metadata) {
    @name(".ingress.pipeline.bindings.set_number")
    action set_number(bit<16> number) {
        metadata.session.virtual_number = number;
        metadata.session.home_address = metadata.facts.destination;
        metadata.session.asks_for_binding = true;
    }
    /** Virtual addresses that mobile nodes know, by which servers send: their numbers are those of `local_addresses`. */
    @id(18) @name(".virtual_sources")
    table virtual_sources {
        key = { metadata.facts.source : exact @format(IPV6_ADDRESS) @name("address"); }
        actions = { set_number; NoAction; }
        const default_action = NoAction();
        size = LOCAL_ADDRESSES_SIZE;
    }
    apply { virtual_sources.apply(); }
}

control BindingCache(inout headers_t headers, inout metadata_t metadata) {
    @name(".ingress.pipeline.bindings.set_care_of_address")
    action set_care_of_address(@format(IPV6_ADDRESS) bit<128> care_of_address) {
        metadata.session.care_of_address = care_of_address;
        // What says that a packet comes from there: not every target can compare so many bits.
        metadata.session.care_of_difference = care_of_address ^ headers.ipv6.source;
        metadata.session.has_binding = true;
    }
    /** Where mobile nodes are, by home address and number of the virtual address; written by Binding Updates. */
    @id(17) @name(".bindings")
    table bindings {
        key = {
            metadata.session.home_address : exact @format(IPV6_ADDRESS) @name("home_address");
            metadata.session.virtual_number : exact @name("virtual_number");
        }
        actions = { set_care_of_address; NoAction; }
        const default_action = NoAction();
        size = BINDINGS_SIZE;
        IDLE_TIMEOUT
    }
    apply { bindings.apply(); }
}
