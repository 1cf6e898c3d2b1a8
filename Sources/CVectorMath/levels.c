#include "levels.h"

_Atomic int cvm_chosen_level = CVM_BASELINE;

// Apple counts its compiler's versions on its own.
#if defined(__apple_build_version__)
#define CVM_CPU_LEVEL_NAMES (__clang_major__ >= 17)
#elif defined(__clang_major__)
#define CVM_CPU_LEVEL_NAMES (__clang_major__ >= 18)
#endif

cvm_level cvm_best_level(void) {
#if CVM_X86_LEVELS
  __builtin_cpu_init();
#if CVM_CPU_LEVEL_NAMES
  int avx2 = __builtin_cpu_supports("x86-64-v3");
  int avx512 = __builtin_cpu_supports("x86-64-v4");
#else
  // The parts of the two levels that older compilers can ask for; no processor has these without the others.
  int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
             __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
  int avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vl");
#endif
  return avx512 ? CVM_AVX512 : avx2 ? CVM_AVX2 : CVM_BASELINE;
#else
  return CVM_BASELINE;
#endif
}

// When the program is loaded, so that no call of a loop has to ask whether a level was chosen.
__attribute__((constructor)) static void choose_best(void) { cvm_set_level(cvm_best_level()); }

cvm_level cvm_current_level(void) {
  return (cvm_level)atomic_load_explicit(&cvm_chosen_level, memory_order_relaxed);
}

int cvm_set_level(cvm_level level) {
  if ((int)level < CVM_BASELINE || (int)level > (int)cvm_best_level()) return -1;
  atomic_store_explicit(&cvm_chosen_level, (int)level, memory_order_relaxed);
  return 0;
}
