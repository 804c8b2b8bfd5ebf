// Part of the Portable NIC Architecture 0.7: metadata, functions and blocks. Included by bmv2/pna.p4 and
// tc/pna.p4; programs include one of those. Only tc has what is between '#ifdef __PNA_TC__'.

// ---- Metadata between the blocks ----

enum PNA_Source_t {
    FROM_HOST,
    FROM_NET
}

struct pna_main_parser_input_metadata_t {
    bool             recirculated;
    PortId_t         input_port;  // a network port, or the host's virtual port
}

// Tell the two kinds of port apart.
extern bool is_host_port (in PortId_t p);
extern bool is_net_port (in PortId_t p);

struct pna_main_input_metadata_t {
    bool             recirculated;
#ifdef __PNA_TC__
    bool             recirculate;
#endif
    Timestamp_t      timestamp;
    ParserError_t    parser_error;
    ClassOfService_t class_of_service;
    PortId_t         input_port;
}

struct pna_main_output_metadata_t {
    ClassOfService_t class_of_service;
}

// ---- What the main control may call ----

// Where the packet goes: of these two, the last call counts.
extern void drop_packet();
extern void send_to_port(in PortId_t dest_port);

// A copy for each slot that was used, by its session.
extern void mirror_packet(in MirrorSlotId_t mirror_slot_id,
                          in MirrorSessionId_t mirror_session_id);

// A target may have further values for failure.
typedef bit<1> AddEntryErrorStatus_t;
const AddEntryErrorStatus_t ADD_ENTRY_SUCCESS = 0;
const AddEntryErrorStatus_t ADD_ENTRY_NOT_DONE = 1;

// In the default action of a table with add_on_miss: adds an entry with the key that just missed. The
// fields of the parameters are those of the named action, in its order.
extern AddEntryErrorStatus_t add_entry<T>(
    string action_name,
    in T action_params,
    in ExpireTimeProfileId_t expire_time_profile_id);

// The same under a condition, for targets without 'if' in actions.
extern AddEntryErrorStatus_t add_entry_if<T>(
    in bool do_add_entry,
    string action_name,
    in T action_params,
    in ExpireTimeProfileId_t expire_time_profile_id);

extern FlowId_t allocate_flow_id();

// In an action of a table with idle timeouts: changes the profile of the entry that was hit and starts
// its time anew, or only the latter; then both under conditions.
extern void set_entry_expire_time(
    in ExpireTimeProfileId_t expire_time_profile_id);

extern void restart_expire_timer();

extern void update_expire_info(
    in bool update_aging_info,
    in bool update_expire_time,
    in ExpireTimeProfileId_t expire_time_profile_id);

extern void set_entry_expire_time_if(
    in bool condition,
    in ExpireTimeProfileId_t expire_time_profile_id);

// One value for each direction, as in a key that swaps source and destination.
@pure
extern T SelectByDirection<T>(
    in bool is_network_port,
    in T from_net_value,
    in T from_host_value);

// ---- The programmable blocks ----

parser MainParserT<MH, MM>(
    packet_in pkt,
    out   MH main_hdr,
    inout MM main_user_meta,
    in    pna_main_parser_input_metadata_t istd);

control MainControlT<MH, MM>(
    inout MH main_hdr,
    inout MM main_user_meta,
    in    pna_main_input_metadata_t  istd,
    inout pna_main_output_metadata_t ostd);

control MainDeparserT<MH, MM>(
    packet_out pkt,
    inout MH main_hdr,
    in    MM main_user_meta,
    in    pna_main_output_metadata_t ostd);

package PNA_NIC<MH, MM>(
    MainParserT<MH, MM> main_parser,
    MainControlT<MH, MM> main_control,
    MainDeparserT<MH, MM> main_deparser);
