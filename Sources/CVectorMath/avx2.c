// The loops with AVX2.
#include "levels.h"

#if CVM_X86_LEVELS
// Before the target is set, since it would hold for the system's functions too.
#include <math.h>
#include <string.h>

#define CVM_LEVEL avx2
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#include "loops.inc"
#pragma clang attribute pop
#endif
