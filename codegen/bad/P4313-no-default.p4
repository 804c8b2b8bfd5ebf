#include <core.p4>
const match_kind kind = ...;
