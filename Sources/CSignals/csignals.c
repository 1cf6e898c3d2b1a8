#include "csignals.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

// What Open MPI 4.1.4's mpirun does (measured on one node; times from the signal to mpirun):
//   SIGINT, SIGTERM, SIGHUP  every rank: SIGCONT at 0.00 s, SIGTERM at 1.00 s, SIGKILL at 2.00 s; SIGINT
//                            never reaches a rank. `--mca odls_base_sigkill_timeout S` makes it S and 2 S.
//                            Collectives still work until the SIGKILL. mpirun returns 1.
//   again within 5 s         mpirun leaves at once and sends nothing more; the ranks die within about
//                            1.5 s, when they find their connection to it gone
//   SIGUSR1, SIGUSR2         forwarded as they are, once for each, nothing ends
//   SIGCONT                  forwarded, so a SIGCONT is no proof of an end to come
//   a rank dies              the others: SIGCONT at once, SIGTERM 1 s later, SIGKILL 1 s after that
// A rank has a process group of its own, so Ctrl-C in the terminal reaches mpirun only. The sender is
// mpirun itself (on other nodes its daemon): the rank's parent process. It never sends SIGTERM twice.
//
// MPICH 4.0.2's mpiexec forwards SIGINT, SIGTERM and SIGUSR1 once each, from its proxy, the rank's parent,
// and ends nothing itself; a second SIGINT to it kills all. MPICH takes SIGUSR1 over in MPI_Init and passes
// it on to the handler before it without a valid siginfo.
//
// Hence: a repeat ends the process only if it is more than a second after the first and not from the
// launcher, who has SIGKILL to insist; and SIGUSR1's siginfo is never looked at.

static const int64_t repeat_window = 1000000000;  // nanoseconds

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
enum { signal_count = sizeof signals / sizeof signals[0] };

static struct sigaction previous[signal_count];
static int installed;

static _Atomic uint32_t flags;
static _Atomic int64_t first_request;  // monotonic nanoseconds; 0: none yet
static _Atomic int launcher;           // process id; 0: no launcher

// The thread that starts the program anew, where `holding` says so.
static pthread_t holder;
static _Atomic int holding;

_Static_assert(ATOMIC_LONG_LOCK_FREE == 2 && ATOMIC_LLONG_LOCK_FREE == 2 && ATOMIC_INT_LOCK_FREE == 2,
               "a signal handler needs lock-free atomics");

static int64_t monotonic_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void handle(int number, siginfo_t *info, void *context) {
  (void)context;
  int saved = errno;
  if (number == SIGUSR1 || number == SIGUSR2) {
    atomic_fetch_or(&flags, CSIGNALS_SAVE_AND_STOP);
  } else {
    int parent = atomic_load(&launcher);
    int from_launcher = parent != 0 && info->si_code <= 0 && info->si_pid == parent;
    uint32_t raised = CSIGNALS_TERMINATE;
    if (from_launcher && number == SIGTERM) raised |= CSIGNALS_LAUNCHER_IS_ENDING;
    atomic_fetch_or(&flags, raised);
    int64_t now = monotonic_nanoseconds();
    int64_t first = 0;
    if (!atomic_compare_exchange_strong(&first_request, &first, now) && !from_launcher &&
        now - first > repeat_window) {
      _exit(128 + number);
    }
  }
  // Any thread may be chosen to handle a signal; one that waits for the holder outlives this program's image.
  if (atomic_load(&holding)) pthread_kill(holder, number);
  errno = saved;
}

int csignals_install(int launched) {
  if (installed) return 0;
  atomic_store(&launcher, launched ? (int)getppid() : 0);
  struct sigaction action = {0};
  action.sa_sigaction = handle;
  // Restarted system calls: reading and writing files must not have to know about signals.
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < signal_count; i++) sigaddset(&action.sa_mask, signals[i]);
  for (int i = 0; i < signal_count; i++) {
    if (sigaction(signals[i], &action, &previous[i]) != 0) {
      int code = errno;
      while (--i >= 0) sigaction(signals[i], &previous[i], NULL);
      return code;
    }
  }
  // What came while the program started itself anew, if it did, was held back for these handlers.
  pthread_sigmask(SIG_UNBLOCK, &action.sa_mask, NULL);
  // As nohup asks.
  if (previous[2].sa_handler == SIG_IGN) sigaction(SIGHUP, &previous[2], NULL);
  installed = 1;
  return 0;
}

void csignals_hold(void) {
  if (!installed) return;
  sigset_t all;
  sigemptyset(&all);
  for (int i = 0; i < signal_count; i++) sigaddset(&all, signals[i]);
  pthread_sigmask(SIG_BLOCK, &all, NULL);
  holder = pthread_self();
  atomic_store(&holding, 1);
  uint32_t raised = atomic_load(&flags);
  if (raised & CSIGNALS_TERMINATE) raise(SIGTERM);
  if (raised & CSIGNALS_SAVE_AND_STOP) raise(SIGUSR1);
}

int csignals_restore(void) {
  if (installed) {
    for (int i = 0; i < signal_count; i++) {
      if (sigaction(signals[i], &previous[i], NULL) != 0) return errno;
    }
  }
  installed = 0;
  atomic_store(&flags, 0);
  atomic_store(&first_request, 0);
  return 0;
}

uint32_t csignals_pending(void) { return atomic_load_explicit(&flags, memory_order_relaxed); }
