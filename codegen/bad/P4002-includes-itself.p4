#include "P4002-includes-itself.p4"
