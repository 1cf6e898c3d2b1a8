#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct cmpi_shared {
  MPI_Win window;
};

int cmpi_allocate_shared(const cmpi_communicator *communicator, uint64_t length, cmpi_shared **shared,
                         void **start) {
  int rank;
  int code = MPI_Comm_rank(communicator->handle, &rank);
  if (code != MPI_SUCCESS) return code;
  *shared = malloc(sizeof **shared);
  if (*shared == NULL) return MPI_ERR_NO_MEM;

  void *mine;
  code = MPI_Win_allocate_shared(rank == 0 ? (MPI_Aint)length : 0, 1, MPI_INFO_NULL, communicator->handle,
                                 &mine, &(*shared)->window);
  if (code != MPI_SUCCESS) {
    free(*shared);
    *shared = NULL;
    return code;
  }
  MPI_Aint held;
  int unit;
  code = MPI_Win_set_errhandler((*shared)->window, MPI_ERRORS_RETURN);
  if (code == MPI_SUCCESS) code = MPI_Win_shared_query((*shared)->window, 0, &held, &unit, start);
  // Loads and stores are allowed only within an epoch: one for the window's whole life.
  if (code == MPI_SUCCESS) code = MPI_Win_lock_all(MPI_MODE_NOCHECK, (*shared)->window);
  return code;
}

int cmpi_free_shared(cmpi_shared *shared) {
  int code = MPI_Win_unlock_all(shared->window);
  if (code == MPI_SUCCESS) code = MPI_Win_free(&shared->window);
  free(shared);
  return code;
}

int cmpi_fill_zero(void *start, uint64_t length) {
  int zeros = open("/dev/zero", O_RDONLY | O_CLOEXEC);
  if (zeros < 0) return errno;
  int code = 0;
  char *next = start;
  for (uint64_t left = length; left > 0 && code == 0;) {
    // The kernel writes the pages: a page that cannot be had is an error of the call, not a SIGBUS.
    ssize_t count = read(zeros, next, left < ((uint64_t)1 << 30) ? left : (uint64_t)1 << 30);
    if (count > 0) {
      next += count;
      left -= (uint64_t)count;
    } else if (count == 0 || errno != EINTR) {
      code = count == 0 ? EIO : errno;
    }
  }
  close(zeros);
  return code;
}

int cmpi_setting(const char *name, char *value, int capacity) {
  if (capacity <= 0) return MPI_ERR_ARG;
  value[0] = 0;
  int provided;
  int code = MPI_T_init_thread(MPI_THREAD_SINGLE, &provided);
  if (code != MPI_SUCCESS) return code;
  int index;
  if (MPI_T_cvar_get_index(name, &index) == MPI_SUCCESS) {
    MPI_T_cvar_handle handle;
    int count = 0;
    code = MPI_T_cvar_handle_alloc(index, NULL, &handle, &count);
    if (code == MPI_SUCCESS) {
      char *text = calloc((size_t)count + 1, 1);
      if (text == NULL) code = MPI_ERR_NO_MEM;
      if (code == MPI_SUCCESS) code = MPI_T_cvar_read(handle, text);
      if (code == MPI_SUCCESS) strncat(value, text, (size_t)capacity - 1);
      free(text);
      MPI_T_cvar_handle_free(&handle);
    }
  }
  MPI_T_finalize();
  return code;
}

int cmpi_synchronize(const cmpi_communicator *communicator) {
  atomic_thread_fence(memory_order_seq_cst);
  int code = MPI_Barrier(communicator->handle);
  atomic_thread_fence(memory_order_seq_cst);
  return code;
}
