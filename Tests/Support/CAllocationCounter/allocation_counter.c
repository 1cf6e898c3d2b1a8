#include "CAllocationCounter.h"

#include <errno.h>
#include <stddef.h>

static _Thread_local unsigned long count;

unsigned long callocation_count(void) { return count; }

// A sanitizer takes the place of these functions itself.
#ifdef __has_feature
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define IS_SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(IS_SANITIZED)
// A program's own definitions take the place of glibc's in all its libraries, which glibc documents and
// supports ("Replacing malloc"); the functions under these names do the work. `free` stays as it is.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t number, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
  count++;
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count++;
  return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
  count++;
  return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
  count++;
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count++;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  count++;
  if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
  int saved = errno;
  void *memory = __libc_memalign(alignment, size);
  errno = saved;
  if (memory == NULL) return ENOMEM;
  *result = memory;
  return 0;
}
#endif
