// Signals that ask the program to end, as flags. The handler is C because it may only touch lock-free
// atomics and async-signal-safe calls, which Swift cannot promise.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  // SIGINT, SIGTERM or SIGHUP came: end soon.
  CSIGNALS_TERMINATE = 1,
  // SIGUSR1 or SIGUSR2 came: save and stop.
  CSIGNALS_SAVE_AND_STOP = 2,
  // SIGTERM came from the launcher: a peer may have died, and SIGKILL follows.
  CSIGNALS_LAUNCHER_IS_ENDING = 4,
};

// Installs the handlers; `launched` says that the parent process is an MPI launcher. Returns 0 or an errno.
int csignals_install(int launched);
// Holds signals back, those that came before included, for the handlers that this process installs once it has started
// itself anew. Does nothing where none are installed.
void csignals_hold(void);
// Puts back what was installed before and clears the flags. Returns 0 or an errno.
int csignals_restore(void);
// The flags raised so far.
uint32_t csignals_pending(void);

// The exit code of a process whose mapped data are gone.
enum { CSIGNALS_DATA_GONE = 3 };
// Tells of a mapped file, to be named if its pages are gone when they are read; of more than 64 at a time some are not.
void csignals_map(const void *start, size_t length, const char *path);
// Forgets the mapping that begins at `start`.
void csignals_unmap(const void *start);
// Ends the process with a line of text, in place of a signal, if such pages are gone. Returns 0 or an errno.
int csignals_watch_files(void);

#ifdef __cplusplus
}
#endif
