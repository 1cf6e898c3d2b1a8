#include "csignals.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

// Mapped files. An entry is taken by its path's length, which is set last and cleared first, so that the handler
// reads whole entries alone.
enum { entry_count = 64, longest_path = 1000 };

static struct {
  _Atomic int taken;
  _Atomic uintptr_t start, end;
  _Atomic size_t path_length;
  char path[longest_path];
} entries[entry_count];

static struct sigaction before;

void csignals_map(const void *start, size_t length, const char *path) {
  for (int i = 0; i < entry_count; i++) {
    int free_entry = 0;
    if (!atomic_compare_exchange_strong(&entries[i].taken, &free_entry, 1)) continue;
    size_t path_length = strnlen(path, longest_path);
    memcpy(entries[i].path, path, path_length);
    atomic_store(&entries[i].start, (uintptr_t)start);
    atomic_store(&entries[i].end, (uintptr_t)start + length);
    atomic_store(&entries[i].path_length, path_length);
    return;
  }
}

void csignals_unmap(const void *start) {
  for (int i = 0; i < entry_count; i++) {
    if (!atomic_load(&entries[i].taken) || atomic_load(&entries[i].start) != (uintptr_t)start) continue;
    atomic_store(&entries[i].path_length, 0);
    atomic_store(&entries[i].start, 0);
    atomic_store(&entries[i].end, 0);
    atomic_store(&entries[i].taken, 0);
    return;
  }
}

static void say(const char *text, size_t length) {
  ssize_t written = write(STDERR_FILENO, text, length);
  (void)written;
}

#define SAY(text) say(text, sizeof(text) - 1)

static void handle(int number, siginfo_t *info, void *context) {
  (void)context;
  uintptr_t address = (uintptr_t)info->si_addr;
  for (int i = 0; i < entry_count; i++) {
    size_t path_length = atomic_load(&entries[i].path_length);
    if (path_length == 0 || address < atomic_load(&entries[i].start) || address >= atomic_load(&entries[i].end))
      continue;
    SAY("cae: error: ");
    say(entries[i].path, path_length);
    SAY(": a part of it is gone: the file was made shorter while it was in use, or its disk failed. "
        "Put it back and start again with --resume\n");
    _exit(CSIGNALS_DATA_GONE);
  }
  // Not a file of the user's: whoever was asked before is asked again.
  sigaction(number, &before, NULL);
  // A signal that was sent does not come again by itself, as that of an instruction does.
  if (info->si_code <= 0) raise(number);
}

int csignals_watch_files(void) {
  struct sigaction action = {0};
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO;
  sigemptyset(&action.sa_mask);
  return sigaction(SIGBUS, &action, &before) == 0 ? 0 : errno;
}
