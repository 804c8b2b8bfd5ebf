//   ARP, Neighbor Discovery ──▶ controller
//   addresses that are not for routing ──▶ [scopes] ──▶ dropped
//   destination ──▶ [local_addresses] ──▶ virtual address │ address of the switch │ neither
//
// Neighbor Discovery and ARP are answered by the controller: they are rare, and answers need addresses that only
// configuration knows. The policer keeps a flood of them from it.
const bit<128> GROUPS = 0xff << 120;
const bit<128> LINK_LOCAL = 0xfe80 << 112;
const bit<128> MASK_8 = 0xff << 120;
const bit<128> MASK_10 = 0xffc0 << 112;
const bit<128> MASK_96 = 0xffffffffffffffffffffffff << 32;
const bit<128> MASK_96_3 = 0xffffffffffffffffffffffffe << 28;
const bit<128> MASK_96_8 = 0xffffffffffffffffffffffffff << 24;
const bit<128> MASK_96_16 = 0xffffffffffffffffffffffffffff << 16;
const bit<128> MASK_127 = 0xfffffffffffffffffffffffffffffffe;

control Local(inout headers_t headers, inout metadata_t metadata) {
    action punt(reason_t reason) {
        metadata.intents.reason = reason;
        metadata.intents.is_punted = true;
        metadata.intents.is_decided = true;
    }
    action drop() {
        metadata.intents.is_dropped = true;
        metadata.intents.is_decided = true;
    }
    action set_virtual(bit<16> number) {
        metadata.session.is_virtual = true;
        metadata.session.virtual_number = number;
    }
    action set_local() {
        punt(reason_t.local);
    }
    /** Addresses that moor answers for: virtual ones, and its own. */
    @id(2) @name(".local_addresses")
    table local_addresses {
        key = { metadata.facts.destination : exact @format(IPV6_ADDRESS) @name("address"); }
        actions = { set_virtual; set_local; NoAction; }
        const default_action = NoAction();
        size = LOCAL_ADDRESSES_SIZE;
    }
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
        actions = { drop; keep_on_link; NoAction; }
        const entries = {
            (6, IPV4_MAPPED ++ 32w0 &&& MASK_96, _) : drop();
            (6, _, IPV4_MAPPED ++ 32w0 &&& MASK_96) : drop();
            (_, GROUPS &&& MASK_8, _) : drop();
            (_, 0 &&& MASK_127, _) : drop();                                // :: and ::1
            (_, _, 0 &&& MASK_127) : drop();
            (_, IPV4_MAPPED ++ 32w0xe0000000 &&& MASK_96_3, _) : drop();    // 224.0.0.0/3
            (_, IPV4_MAPPED ++ 32w0 &&& MASK_96_8, _) : drop();             // 0.0.0.0/8
            (_, _, IPV4_MAPPED ++ 32w0 &&& MASK_96_8) : drop();
            (_, IPV4_MAPPED ++ 32w0x7f000000 &&& MASK_96_8, _) : drop();    // 127.0.0.0/8
            (_, _, IPV4_MAPPED ++ 32w0x7f000000 &&& MASK_96_8) : drop();
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
    apply {
        if (headers.arp.isValid()) {
            punt(reason_t.arp);
        } else if (metadata.facts.family == 0) {
            drop();
        } else if (metadata.facts.family == 6 && headers.icmp.isValid() && !metadata.facts.is_malformed &&
                   headers.icmp.type >= ICMPV6_ROUTER_SOLICITATION && headers.icmp.type <= ICMPV6_REDIRECT) {
            punt(reason_t.neighbor_discovery);
        } else {
            // Global addresses of IPv6 (2000::/3), which nearly all packets have, are in none of these scopes.
            if (!(metadata.facts.family == 6 && metadata.facts.source[127:125] == 1 &&
                  metadata.facts.destination[127:125] == 1)) {
                scopes.apply();
            }
            if (!metadata.intents.is_decided) {
                if (!local_addresses.apply().hit && metadata.session.is_unroutable) { drop(); }
            }
        }
    }
}
