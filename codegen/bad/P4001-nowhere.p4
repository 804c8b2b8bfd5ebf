#include "headers/nowhere_to_be_found.p4"
