//   to a virtual address:
//     what could not be read, or swapped ──▶ controller
//     routing header of type 2 ──▶ dropped
//     HoTI, CoTI, BU, other mobility headers ──▶ controller
//
// RFC 6275, section 9.2.
control MobilityMessages(inout headers_t headers, inout metadata_t metadata) {
    action punt(reason_t reason) {
        metadata.intents.reason = reason;
        metadata.intents.is_punted = true;
        metadata.intents.is_decided = true;
    }
    apply {
        if (metadata.facts.is_unplaced) {
            punt(reason_t.unplaced_home_address);
        } else if (metadata.facts.is_malformed) {
            punt(reason_t.malformed);
        } else if (metadata.facts.has_routing2) {
            // Only mobile nodes take this header (section 6.4).
            metadata.intents.is_dropped = true;
            metadata.intents.is_decided = true;
        } else if (headers.mobility.isValid()) {
            if (metadata.facts.mobility_type == MOBILITY_HOME_TEST_INIT) {
                punt(reason_t.home_test_init);
            } else if (metadata.facts.mobility_type == MOBILITY_CARE_OF_TEST_INIT) {
                punt(reason_t.care_of_test_init);
            } else if (metadata.facts.mobility_type == MOBILITY_BINDING_UPDATE) {
                punt(reason_t.binding_update);
            } else {
                punt(reason_t.mobility_other);
            }
        } else if (metadata.facts.family == 6 && metadata.facts.protocol == PROTOCOL_MOBILITY) {
            // A fragment of a mobility message.
            punt(reason_t.fragment);
        }
    }
}
