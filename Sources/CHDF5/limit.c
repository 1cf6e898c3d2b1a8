#include "limit.h"

#include <sys/resource.h>

#include "CHDF5.h"

static unsigned seconds_of_call;

void cae_h5_limit(unsigned seconds) { seconds_of_call = seconds; }

/// Sets the processor time at which the process ends.
static void end_at(rlim_t seconds) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_CPU, &limit) != 0) return;
  limit.rlim_cur = seconds < limit.rlim_max ? seconds : limit.rlim_max;
  setrlimit(RLIMIT_CPU, &limit);
}

bool cae_h5_begin_call(void) {
  struct rusage usage;
  if (seconds_of_call == 0 || getrusage(RUSAGE_SELF, &usage) != 0) return false;
  end_at((rlim_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + 1) + seconds_of_call);
  return true;
}

void cae_h5_end_call(bool *is_limited) {
  if (*is_limited) end_at(RLIM_INFINITY);
}
