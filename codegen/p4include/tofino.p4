// Types, metadata and externs of Tofino without its pipeline, as older programs include them.
#include "tofino1_specs.p4"
#include "tofino1_base.p4"
