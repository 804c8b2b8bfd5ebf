// Addresses that the switch answers for, and those that are not for routing.
const bit<128> GROUPS = 0xff << 120;
const bit<128> LINK_LOCAL = 0xfe80 << 112;
const bit<128> MASK_8 = 0xff << 120;
const bit<128> MASK_10 = 0xffc0 << 112;
const bit<128> MASK_96 = 0xffffffffffffffffffffffff << 32;
const bit<128> MASK_96_3 = 0xffffffffffffffffffffffffe << 28;
const bit<128> MASK_96_8 = 0xffffffffffffffffffffffffff << 24;
const bit<128> MASK_96_16 = 0xffffffffffffffffffffffffffff << 16;
const bit<128> MASK_127 = 0xfffffffffffffffffffffffffffffffe;

control LocalAddresses(inout headers_t headers, inout metadata_t metadata) {
    @name(".ingress.pipeline.local.set_virtual")
    action set_virtual(bit<16> number) {
        metadata.session.is_virtual = true;
        metadata.session.virtual_number = number;
    }
    @name(".ingress.pipeline.local.set_local")
    action set_local() {
        metadata.answers.is_local = true;
    }
    /** Addresses that moor answers for: virtual ones, and its own. */
    @id(2) @name(".local_addresses")
    table local_addresses {
        key = { metadata.facts.destination : exact @format(IPV6_ADDRESS) @name("address"); }
        actions = { set_virtual; set_local; NoAction; }
        const default_action = NoAction();
        size = LOCAL_ADDRESSES_SIZE;
    }
    apply { local_addresses.apply(); }
}

control Scopes(inout headers_t headers, inout metadata_t metadata) {
    @name(".ingress.pipeline.local.refuse_scope")
    action refuse_scope() {
        metadata.answers.is_foreign = true;
    }
    @name(".ingress.pipeline.local.keep_on_link")
    action keep_on_link() {
        metadata.session.is_unroutable = true;
    }
    /**
     * What never comes from, or goes to, anywhere else (RFC 4291, sections 2.5 and 2.7; RFC 1122, section 3.2.1.3;
     * RFC 3927). Mapped addresses in packets of IPv6 would be taken for those of IPv4 by the tables.
     */
    @hidden
    table scopes {
        key = {
            metadata.facts.family : ternary;
            metadata.facts.source : ternary;
            metadata.facts.destination : ternary;
        }
        actions = { refuse_scope; keep_on_link; NoAction; }
        const entries = {
            (6, IPV4_MAPPED ++ 32w0 &&& MASK_96, _) : refuse_scope();
            (6, _, IPV4_MAPPED ++ 32w0 &&& MASK_96) : refuse_scope();
            (_, GROUPS &&& MASK_8, _) : refuse_scope();
            (_, 0 &&& MASK_127, _) : refuse_scope();                                // :: and ::1
            (_, _, 0 &&& MASK_127) : refuse_scope();
            (_, IPV4_MAPPED ++ 32w0xe0000000 &&& MASK_96_3, _) : refuse_scope();    // 224.0.0.0/3
            (_, IPV4_MAPPED ++ 32w0 &&& MASK_96_8, _) : refuse_scope();             // 0.0.0.0/8
            (_, _, IPV4_MAPPED ++ 32w0 &&& MASK_96_8) : refuse_scope();
            (_, IPV4_MAPPED ++ 32w0x7f000000 &&& MASK_96_8, _) : refuse_scope();    // 127.0.0.0/8
            (_, _, IPV4_MAPPED ++ 32w0x7f000000 &&& MASK_96_8) : refuse_scope();
            (_, _, GROUPS &&& MASK_8) : keep_on_link();
            (_, _, LINK_LOCAL &&& MASK_10) : keep_on_link();
            (_, LINK_LOCAL &&& MASK_10, _) : keep_on_link();
            (_, _, IPV4_MAPPED ++ 32w0xe0000000 &&& MASK_96_3) : keep_on_link();
            (_, _, IPV4_MAPPED ++ 32w0xa9fe0000 &&& MASK_96_16) : keep_on_link();   // 169.254.0.0/16
            (_, IPV4_MAPPED ++ 32w0xa9fe0000 &&& MASK_96_16, _) : keep_on_link();
        }
        const default_action = NoAction();
        size = 16;
    }
    apply { scopes.apply(); }
}
