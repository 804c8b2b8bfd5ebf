// PSA as BMv2's psa_switch has it: the specification's, unchanged.
#include "../psa.p4"
