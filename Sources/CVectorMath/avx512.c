// The loops with AVX-512.
#include "levels.h"

#if CVM_X86_LEVELS
// Before the target is set, since it would hold for the system's functions too.
#include <math.h>
#include <string.h>

#define CVM_LEVEL avx512
// By itself the name also means the first processors of its kind, for which half of a vector was faster.
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4,no-prefer-256-bit"))), apply_to = function)
#include "loops.inc"
#pragma clang attribute pop
#endif
