// One source loop, several instruction sets: the loader picks the best clone on each machine, so one binary
// serves a mixed cluster. Elsewhere than x86-64 Linux the loops are plain C.
#pragma once

#if defined(__x86_64__) && defined(__linux__) && defined(__has_attribute)
#if __has_attribute(target_clones)
#define CVM_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#endif
#endif
#ifndef CVM_CLONES
#define CVM_CLONES
#endif

#define CVM_INLINE static inline __attribute__((always_inline))

// Sums may be added in any order, so that they vectorise. Only for loops that never see or make a NaN test.
#define CVM_REASSOCIATE _Pragma("clang fp reassociate(on) contract(fast)")
