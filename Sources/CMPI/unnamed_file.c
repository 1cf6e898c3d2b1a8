#define _GNU_SOURCE
#include "cmpi.h"

#ifdef __linux__
#include <sys/mman.h>

int cmpi_unnamed_file(void) { return memfd_create("cae", MFD_CLOEXEC); }
#else
int cmpi_unnamed_file(void) { return -1; }
#endif
