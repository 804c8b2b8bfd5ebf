// Types, metadata and externs of Tofino 2 without its pipeline, as older programs include them.
#include "tofino2_specs.p4"
#include "tofino2_base.p4"
