// Loaded before the C library by LD_PRELOAD: makes chosen system calls fail, or holds them until the suite lets them go on.
//
// CAE_FAULT holds rules, separated by '|', of fields separated by ';':
//   rank=R   the rank it is for; any if absent        call=C   open, write, fsync, rename, close, mkdir, read or multiply
//   path=P   part of the path (of a rename: the new)  nth=N    the first matching call that it applies to, from 1
//   times=T  to how many calls; 0: to all from then   do=D     errno, short, gate, kill, crash, clock, wrong
//   arg=A    the error's number; the signal; the seconds by which the clock of the day is off from then on; the path of the
//            gate: GATE appears, the call goes on once GATE.open does
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

struct rule {
  const char *call, *path, *action, *argument;
  long first, times;
  _Atomic long count;
};

enum { rule_limit = 8 };
static struct rule rules[rule_limit];
static int rule_count;

static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_read)(int, void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fsync)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_close)(int);
static int (*real_mkdir)(const char *, mode_t);
static int (*real_clock_gettime)(clockid_t, struct timespec *);
static void (*real_sgemm)(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int);

// Seconds by which the clock of the day is off.
static _Atomic long clock_offset;

static void find_real(void) {
  real_open = dlsym(RTLD_NEXT, "open");
  real_openat = dlsym(RTLD_NEXT, "openat");
  real_write = dlsym(RTLD_NEXT, "write");
  real_read = dlsym(RTLD_NEXT, "read");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_rename = dlsym(RTLD_NEXT, "rename");
  real_close = dlsym(RTLD_NEXT, "close");
  real_mkdir = dlsym(RTLD_NEXT, "mkdir");
  real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
}

static void read_rule(char *text, const char *rank) {
  struct rule rule = {.first = 1, .times = 1};
  char *rest = text, *field;
  while ((field = strsep(&rest, ";"))) {
    char *value = strchr(field, '=');
    if (!value) continue;
    *value++ = 0;
    if (!strcmp(field, "rank") && strcmp(value, rank)) return;
    if (!strcmp(field, "call")) rule.call = value;
    if (!strcmp(field, "path")) rule.path = value;
    if (!strcmp(field, "do")) rule.action = value;
    if (!strcmp(field, "arg")) rule.argument = value;
    if (!strcmp(field, "nth")) rule.first = atol(value);
    if (!strcmp(field, "times")) rule.times = atol(value);
  }
  if (rule.call && rule.path && rule.action && rule_count < rule_limit)
    memcpy(&rules[rule_count++], &rule, sizeof rule);
}

__attribute__((constructor)) static void begin(void) {
  find_real();
  const char *text = getenv("CAE_FAULT"), *rank = getenv("OMPI_COMM_WORLD_RANK");
  if (!rank) rank = getenv("PMI_RANK");
  if (!text) return;
  char *rest = strdup(text), *part;
  while ((part = strsep(&rest, "|"))) read_rule(part, rank ? rank : "0");
}

static void hold(const char *gate) {
  char opened[PATH_MAX];
  snprintf(opened, sizeof opened, "%s.open", gate);
  int file = real_open(gate, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (file >= 0) real_close(file);
  // A suite that is gone must not leave this here.
  for (int i = 0; i < 6000 && access(opened, F_OK) != 0; i++) usleep(5000);
}

// What to do at a call: 0 nothing more, -1 fail with errno, 1 write a part or get a wrong number.
static int meet(const char *call, const char *path) {
  for (int i = 0; i < rule_count; i++) {
    struct rule *rule = &rules[i];
    if (strcmp(rule->call, call) || !strstr(path, rule->path)) continue;
    long count = atomic_fetch_add(&rule->count, 1) + 1;
    if (count < rule->first || (rule->times > 0 && count >= rule->first + rule->times)) continue;
    if (!strcmp(rule->action, "gate")) hold(rule->argument);
    if (!strcmp(rule->action, "kill")) kill(getpid(), atoi(rule->argument));
    if (!strcmp(rule->action, "crash")) *(volatile int *)NULL = 1;
    if (!strcmp(rule->action, "clock")) atomic_store(&clock_offset, atol(rule->argument));
    if (!strcmp(rule->action, "short") || !strcmp(rule->action, "wrong")) return 1;
    if (!strcmp(rule->action, "errno")) {
      errno = atoi(rule->argument);
      return -1;
    }
  }
  return 0;
}

static int meet_descriptor(const char *call, int descriptor) {
  if (rule_count == 0) return 0;
  char link[64], path[PATH_MAX];
  int saved = errno;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  errno = saved;
  if (length < 0) return 0;
  path[length] = 0;
  return meet(call, path);
}

int open(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  mode_t mode = va_arg(list, mode_t);
  va_end(list);
  if (!real_open) find_real();
  return meet("open", path) < 0 ? -1 : real_open(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  mode_t mode = va_arg(list, mode_t);
  va_end(list);
  if (!real_open) find_real();
  return meet("open", path) < 0 ? -1 : real_open(path, flags | O_LARGEFILE, mode);
}

int openat(int directory, const char *path, int flags, ...) {
  va_list list;
  va_start(list, flags);
  mode_t mode = va_arg(list, mode_t);
  va_end(list);
  if (!real_openat) find_real();
  return meet("open", path) < 0 ? -1 : real_openat(directory, path, flags, mode);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  if (!real_write) find_real();
  int answer = meet_descriptor("write", descriptor);
  if (answer < 0) return -1;
  return real_write(descriptor, bytes, answer > 0 && count > 1 ? count / 2 : count);
}

ssize_t read(int descriptor, void *bytes, size_t count) {
  if (!real_read) find_real();
  int answer = meet_descriptor("read", descriptor);
  if (answer < 0) return -1;
  return real_read(descriptor, bytes, answer > 0 && count > 1 ? count / 2 : count);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  if (!real_pwrite) find_real();
  return meet_descriptor("write", descriptor) < 0 ? -1 : real_pwrite(descriptor, bytes, count, offset);
}

int fsync(int descriptor) {
  if (!real_fsync) find_real();
  return meet_descriptor("fsync", descriptor) < 0 ? -1 : real_fsync(descriptor);
}

int close(int descriptor) {
  if (!real_close) find_real();
  int answer = meet_descriptor("close", descriptor);
  int code = errno, result = real_close(descriptor);
  if (answer < 0) errno = code;
  return answer < 0 ? -1 : result;
}

int rename(const char *from, const char *to) {
  if (!real_rename) find_real();
  return meet("rename", to) < 0 ? -1 : real_rename(from, to);
}

int mkdir(const char *path, mode_t mode) {
  if (!real_mkdir) find_real();
  return meet("mkdir", path) < 0 ? -1 : real_mkdir(path, mode);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  if (!real_clock_gettime) find_real();
  int result = real_clock_gettime(clock, now);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += atomic_load(&clock_offset);
  return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  (void)zone;
  struct timespec exact;
  int result = clock_gettime(CLOCK_REALTIME, &exact);
  *now = (struct timeval){.tv_sec = exact.tv_sec, .tv_usec = exact.tv_nsec / 1000};
  return result;
}

time_t time(time_t *seconds) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (seconds) *seconds = now.tv_sec;
  return now.tv_sec;
}

// BLAS's product of matrices: its first number is a little off where a rule says so.
void cblas_sgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float *a, int lda,
                 const float *b, int ldb, float beta, float *c, int ldc) {
  if (!real_sgemm) real_sgemm = dlsym(RTLD_NEXT, "cblas_sgemm");
  real_sgemm(order, transpose_a, transpose_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  if (rule_count > 0 && meet("multiply", "") > 0) c[0] += 0.001f;
}
