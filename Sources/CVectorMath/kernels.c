#include <math.h>
#include <string.h>

#include "CVectorMath.h"
#include "dispatch.h"
#include "elementary.h"
#include "philox.h"

#define REAL float
#define NAME(x) x##_f32
#define ELEMENTARY(x) cvm_##x##_one_f32
#include "kernels.inc"
#undef REAL
#undef NAME
#undef ELEMENTARY

#define REAL double
#define NAME(x) x##_f64
#define ELEMENTARY(x) cvm_##x##_one_f64
#include "kernels.inc"
