// One source loop, several instruction sets in one binary: baseline.c, avx2.c and avx512.c each compile all loops,
// under names that end in the level's, and the public functions forward to the level in use.
#pragma once

#include <stdatomic.h>

#include "CVectorMath.h"

// Clang alone can give a whole file a target without flags of the build; elsewhere there is the baseline only.
#if defined(__x86_64__) && defined(__clang__)
#define CVM_X86_LEVELS 1
#else
#define CVM_X86_LEVELS 0
#endif

#define CVM_INLINE static inline __attribute__((always_inline))

// Sums may be added in any order, so that they vectorise. Only for loops that never see or make a NaN test.
#define CVM_REASSOCIATE _Pragma("clang fp reassociate(on) contract(fast)")

// The cvm_level in use.
extern __attribute__((visibility("hidden"))) _Atomic int cvm_chosen_level;

#define CVM_JOIN_EXPANDED(name, level) name##_##level
#define CVM_JOIN(name, level) CVM_JOIN_EXPANDED(name, level)

// A loop's name at the level that this file compiles: a loop may call another of its own level only.
#define AT_LEVEL(name) CVM_JOIN(name, CVM_LEVEL)

// The head of a loop: CVM_LOOP(name, (parameters), (their names)) { ... }, with a type first if it returns one.
// The baseline's file, which is compiled everywhere, defines the public function with it.
#define CVM_LOOP(name, parameters, names) CVM_HEAD(void, , name, parameters, names)
#define CVM_LOOP_RETURNING(type, name, parameters, names) CVM_HEAD(type, return, name, parameters, names)

#define CVM_HEAD(type, give, name, parameters, names) \
  CVM_DECLARE_AT(CVM_LEVEL, type, name, parameters)   \
  CVM_FORWARD(type, give, name, parameters, names)    \
  type AT_LEVEL(name) parameters

// Not inlined: the public function would hold the baseline's loop once more.
#define CVM_DECLARE_AT(level, type, name, parameters) \
  __attribute__((visibility("hidden"), noinline)) type CVM_JOIN(name, level) parameters;

#ifndef CVM_DEFINE_PUBLIC
#define CVM_FORWARD(type, give, name, parameters, names)
#elif CVM_X86_LEVELS
#define CVM_FORWARD(type, give, name, parameters, names)                     \
  CVM_DECLARE_AT(avx2, type, name, parameters)                               \
  CVM_DECLARE_AT(avx512, type, name, parameters)                             \
  type name parameters {                                                     \
    switch (atomic_load_explicit(&cvm_chosen_level, memory_order_relaxed)) { \
      case CVM_AVX512:                                                       \
        give CVM_JOIN(name, avx512) names;                                   \
        break;                                                               \
      case CVM_AVX2:                                                         \
        give CVM_JOIN(name, avx2) names;                                     \
        break;                                                               \
      default:                                                               \
        give CVM_JOIN(name, baseline) names;                                 \
    }                                                                        \
  }
#else
#define CVM_FORWARD(type, give, name, parameters, names) \
  type name parameters { give CVM_JOIN(name, baseline) names; }
#endif
