// Includes itself twice on each of 12 levels, and a library in each of the 4,096 leaves.
#if !defined L0
#define L0
#include "P4021-over-and-over.p4"
#include "P4021-over-and-over.p4"
#undef L0
#elif !defined L1
#define L1
#include "P4021-over-and-over.p4"
#include "P4021-over-and-over.p4"
#undef L1
#elif !defined L2
#define L2
#include "P4021-over-and-over.p4"
#include "P4021-over-and-over.p4"
#undef L2
#elif !defined L3
#define L3
#include "P4021-over-and-over.p4"
#include "P4021-over-and-over.p4"
#undef L3
#elif !defined L4
#define L4
#include "P4021-over-and-over.p4"
#include "P4021-over-and-over.p4"
#undef L4
#elif !defined L5
#define L5
#include "P4021-over-and-over.p4"
#include "P4021-over-and-over.p4"
#undef L5
#elif !defined L6
#define L6
#include "P4021-over-and-over.p4"
#include "P4021-over-and-over.p4"
#undef L6
#elif !defined L7
#define L7
#include "P4021-over-and-over.p4"
#include "P4021-over-and-over.p4"
#undef L7
#elif !defined L8
#define L8
#include "P4021-over-and-over.p4"
#include "P4021-over-and-over.p4"
#undef L8
#elif !defined L9
#define L9
#include "P4021-over-and-over.p4"
#include "P4021-over-and-over.p4"
#undef L9
#elif !defined L10
#define L10
#include "P4021-over-and-over.p4"
#include "P4021-over-and-over.p4"
#undef L10
#elif !defined L11
#define L11
#include "P4021-over-and-over.p4"
#include "P4021-over-and-over.p4"
#undef L11
#else
#include <psa.p4>
#endif
