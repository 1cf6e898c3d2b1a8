#include "CVectorMath.h"

static _Thread_local _Alignas(64) float scratch[CVM_SCRATCH_COUNT];

float *cvm_scratch(void) { return scratch; }
