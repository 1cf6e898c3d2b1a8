// The loops for every machine of the architecture, and the public functions.
#define CVM_LEVEL baseline
#define CVM_DEFINE_PUBLIC

#include "loops.inc"
