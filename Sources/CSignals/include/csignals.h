// Signals that ask the program to end, as flags. The handler is C because it may only touch lock-free
// atomics and async-signal-safe calls, which Swift cannot promise.
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  // SIGINT or SIGTERM came: end soon.
  CSIGNALS_TERMINATE = 1,
  // SIGUSR1 came: save and stop.
  CSIGNALS_SAVE_AND_STOP = 2,
  // SIGTERM came from the launcher: a peer may have died, and SIGKILL follows.
  CSIGNALS_LAUNCHER_IS_ENDING = 4,
};

// Installs the handlers; `launched` says that the parent process is an MPI launcher. Returns 0 or an errno.
int csignals_install(int launched);
// Puts back what was installed before and clears the flags. Returns 0 or an errno.
int csignals_restore(void);
// The flags raised so far.
uint32_t csignals_pending(void);

#ifdef __cplusplus
}
#endif
