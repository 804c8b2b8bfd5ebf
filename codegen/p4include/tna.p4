// The Tofino Native Architecture, version 2.0.1: programs of the first generation, for either chip.
// Compile with -D __TARGET_TOFINO__=2 for the widths of the second one.

#ifndef _TOFINO1_NATIVE_ARCHITECTURE_
#define _TOFINO1_NATIVE_ARCHITECTURE_

#ifndef __TARGET_TOFINO__
#define __TARGET_TOFINO__ 1
#endif

#if   __TARGET_TOFINO__ == 1
#include "tofino1_specs.p4"
#elif __TARGET_TOFINO__ == 2
#include "tofino2_specs.p4"
#else
#error tna.p4 is for targets with __TARGET_TOFINO__ 1 or 2
#endif

#include "tofino1_arch.p4"

#endif
