// The Tofino 2 Native Architecture, version 1.0.1.

#ifndef _TOFINO2_NATIVE_ARCHITECTURE_
#define _TOFINO2_NATIVE_ARCHITECTURE_

#ifndef __TARGET_TOFINO__
#define __TARGET_TOFINO__ 2
#endif

#if   __TARGET_TOFINO__ == 2
#include "tofino2_specs.p4"
#else
#error t2na.p4 is for targets with __TARGET_TOFINO__ 2
#endif

#include "tofino2_arch.p4"

#endif
